import ActpTesting
import Foundation
import Records
import Stores
import Testing
import Time
import Transfer

/// What an import test needs: an empty store, a directory of its own and a fixed present.
struct Desk {
    static let now = Instant(seconds: 1_772_366_400)

    let directory: TemporaryDirectory
    let store: Store

    init() throws {
        directory = try TemporaryDirectory()
        store = Store(try SQLiteStore(inMemoryAt: ManualTime(Desk.now)))
    }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String { try write(Array(text.utf8), to: name) }

    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let path = directory.file(name)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    func text(of name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: directory.file(name))), as: UTF8.self)
    }

    @discardableResult
    func load<T: Table>(
        _ name: String, into table: T.Type, skippingBadRows: Bool = false, now: Instant = Desk.now
    ) async throws -> ImportReport {
        try await TableImport(
            directory.file(name), into: T.definition, skippingBadRows: skippingBadRows, now: now
        ).run(into: store)
    }

    /// The error of an import that must fail, without the directory's name.
    func refusal<T: Table>(of name: String, into table: T.Type) async throws -> String {
        do {
            _ = try await load(name, into: table)
        } catch let error as TransferError {
            return error.description.replacingOccurrences(of: directory.path + "/", with: "")
        }
        Issue.record("\(name) was imported")
        return ""
    }

    func rows<T: Table>(of table: T.Type) async throws -> [Row<T>] {
        var all: [Row<T>] = []
        try await store.eachPage(of: T.self) { all += $0 }
        return all
    }

    /// Everything that is in a store, table by table.
    static func dump(_ store: Store) async throws -> [String: [[Cell]]] {
        var all: [String: [[Cell]]] = [:]
        for table in Schema.tables {
            try await store.eachPage(of: table, columns: table.columns.map(\.name)) { rows in
                all[table.name, default: []] += rows
            }
        }
        return all
    }

    func dump() async throws -> [String: [[Cell]]] { try await Desk.dump(store) }
}

/// Runs a closure on a table whose Swift type is not known.
func opened(_ name: String) throws -> TableDefinition { try #require(Schema.table(named: name)) }

extension Desk {
    /// Writes one statement as it is.
    func load(_ statement: InsertStatement) async throws {
        try await store.load(SampleBusiness.handingOut([statement]))
    }
}
