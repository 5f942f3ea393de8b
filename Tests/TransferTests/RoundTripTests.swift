import ActpTesting
import Foundation
import Glibc
import JSON
import Records
import Stores
import Testing
import Time
import Transfer

@Suite struct RoundTripTests {
    @Test(
        "what was exported imports as the same rows, for every table and format",
        arguments: 1...4 as ClosedRange<UInt64>)
    func everyTable(seed: UInt64) async throws {
        let made = try Desk()
        var rows = AwkwardRows(random: SeededRandom(seed: seed))
        for table in Schema.tables { try await made.load(rows.statement(for: table, count: 40)) }
        let before = try await made.dump()
        #expect(before.count == Schema.tables.count)
        for format in TransferFormat.allCases {
            let desk = try Desk()
            for table in Schema.tables {
                let path = desk.directory.file("\(table.name).\(format.rawValue)")
                #expect(try await TableExport(table).write(from: made.store, toFile: path) == before[table.name]?.count)
                let report = try await TableImport(path, into: table, now: Desk.now).run(into: desk.store)
                #expect(report.imported == before[table.name]?.count)
            }
            let after = try await desk.dump()
            for table in Schema.tables {
                #expect(after[table.name] == before[table.name], "\(table.name) as \(format)")
            }
        }
    }

    @Test("an empty table makes a file that imports as no rows", arguments: TransferFormat.allCases)
    func empty(format: TransferFormat) async throws {
        let desk = try Desk()
        let name = "c.\(format.rawValue)"
        let count = try await TableExport(Contacts.definition).write(
            from: desk.store, toFile: desk.directory.file(name))
        #expect(count == 0)
        #expect(try await desk.load(name, into: Contacts.self).read == 0)
    }

    @Test("the three formats, byte by byte")
    func golden() async throws {
        let desk = try Desk()
        try await desk.store.insert([
            Draft<PostingSchedule> {
                $0.platform = "a \"b\", c"
                $0.postsPerDay = nil as Int?
                $0.bestHours = [14, 17]
                $0.activeDays = []
                $0.thompsonSlots = ["14": ["alpha": 1.5]]
                $0.updatedAt = Desk.now
            },
            Draft<PostingSchedule> { $0.platform = "x" },
        ])
        for format in TransferFormat.allCases {
            let path = desk.directory.file("s.\(format.rawValue)")
            #expect(try await TableExport(PostingSchedule.definition).write(from: desk.store, toFile: path) == 2)
        }
        #expect(
            try desk.text(of: "s.csv") == """
                platform,posts_per_day,best_hours,active_days,min_gap_hours,thompson_slots,updated_at
                "a ""b"", c",,"[14,17]",[],,"{""14"":{""alpha"":1.5}}",2026-03-01T12:00:00Z
                x,,,,,,2026-03-01T12:00:00Z

                """)
        let first = #"""
            {"platform":"a \"b\", c","posts_per_day":null,"best_hours":[14,17],"active_days":[],"min_gap_hours":null,\#
            "thompson_slots":{"14":{"alpha":1.5}},"updated_at":"2026-03-01T12:00:00Z"}
            """#
        let second = #"""
            {"platform":"x","posts_per_day":null,"best_hours":null,"active_days":null,"min_gap_hours":null,\#
            "thompson_slots":null,"updated_at":"2026-03-01T12:00:00Z"}
            """#
        #expect(try desk.text(of: "s.json") == "[\n\(first),\n\(second)\n]\n")
        #expect(try desk.text(of: "s.ndjson") == "\(first)\n\(second)\n")
    }

    @Test("an export that fails leaves the file that was there and nothing beside it")
    func failingExport() async throws {
        let desk = try Desk()
        try desk.write("precious", to: "c.csv")
        let store = Store(FailingStore())
        await #expect(throws: StoreError.self) {
            try await TableExport(Contacts.definition).write(from: store, toFile: desk.directory.file("c.csv"))
        }
        #expect(try desk.text(of: "c.csv") == "precious")
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.directory.path) == ["c.csv"])
    }

    @Test("an export replaces the file behind a link, writes to devices, and says where it cannot write")
    func places() async throws {
        let desk = try Desk()
        let export = TableExport(AgentRegistry.definition)
        let (file, link) = (desk.directory.file("a.csv"), desk.directory.file("link.csv"))
        try desk.write("old", to: "a.csv")
        #expect(chmod(file, 0o640) == 0)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
        _ = try await export.write(from: desk.store, toFile: link)
        #expect(try desk.text(of: "a.csv").hasPrefix("id,agent_id"))
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o640)
        _ = try await export.write(from: desk.store, toFile: "/dev/null", format: .csv)
        let directory = await #expect(throws: TransferError.self) {
            try await export.write(from: desk.store, toFile: desk.directory.path, format: .csv)
        }
        #expect(directory?.detail == "Is a directory")
        let missing = await #expect(throws: TransferError.self) {
            try await export.write(from: desk.store, toFile: desk.directory.file("none/a.csv"))
        }
        #expect(missing?.code == .unwritable)
        #expect(missing?.detail == "No such file or directory")
        let full = await #expect(throws: TransferError.self) {
            try await export.write(from: desk.store, toFile: "/dev/full", format: .csv)
        }
        #expect(full?.detail == "No space left on device")
    }
}

/// Answers one full page and then no more.
private struct FailingStore: StoreBackend {
    func select(_ statement: SelectStatement) async throws(StoreError) -> [[Cell]] {
        guard case .all(let conditions) = statement.condition, conditions.isEmpty else {
            throw StoreError(.unavailable, table: statement.table.name, "gone")
        }
        let row = statement.columns.map { Cell.text($0) }
        return Array(repeating: row, count: statement.limit)
    }
    func insert(_ statement: InsertStatement) async throws(StoreError) {}
    func update(_ statement: UpdateStatement) async throws(StoreError) -> [[Cell]] { [] }
    func delete(_ statement: DeleteStatement) async throws(StoreError) -> Int { 0 }
    func load(_ next: @escaping @Sendable () throws -> InsertStatement?) async throws {}
}

/// Rows of any table with the values that break codecs.
struct AwkwardRows {
    var random: SeededRandom
    private var contacts: [RowID] = []

    init(random: SeededRandom) { self.random = random }

    /// Contacts must come before the tables that point to them.
    mutating func statement(for table: TableDefinition, count: Int) -> InsertStatement {
        let columns = table.columns.filter { !$0.isGenerated }
        var rows: [[Cell]] = []
        for index in 0..<count {
            var row: [Cell] = []
            for column in columns { row.append(cell(column, in: table, index)) }
            if table.name == Contacts.definition.name, case .text(let id) = row[0] {
                contacts += [RowID(id)].compactMap(\.self)
            }
            rows.append(row)
        }
        return InsertStatement(table: table, columns: columns.map(\.name), rows: rows, conflict: .fail)
    }

    private mutating func cell(_ column: ColumnDefinition, in table: TableDefinition, _ index: Int) -> Cell {
        let isKey = table.key.contains(column.name)
        if column.references != nil { return isKey ? contacts[index].cell : random.pick(contacts).cell }
        if column.isNullable, !isKey, random.chance(25) { return .null }
        switch column.type {
        case .uuid: return RowID(using: &random).cell
        case .text: return .text(text() + (isKey ? "\(index)" : ""))
        case .integer:
            return .integer(random.pick([0, -1, 1, Int64(Int32.max), Int64(Int32.min), Int64(random.int(0...9_999))]))
        case .bigint: return .integer(random.pick([.max, .min, 0]))
        case .numeric, .double: return .number(number())
        case .boolean: return .bool(random.chance(50))
        case .timestamptz: return .instant(instant())
        case .jsonb: return .json(.object(["k": json(depth: 0), text(): json(depth: 0)]))
        case .texts: return .texts((0..<random.int(0...3)).map { _ in text() })
        case .integers: return .integers((0..<random.int(0...3)).map { _ in Int64(random.int(-5...23)) })
        }
    }

    private mutating func text() -> String {
        let pieces = [
            "", "", ",", "\"", "\"\"", "\n", "\r\n", "\r", "\t", " ", "é", "e\u{301}", "😀", "👩‍👩‍👧", "\u{FEFF}", "NULL",
            "null", "\\",
            "\\N", "'", ";", "0", "1e5", "{}", "[1]", "\u{1}", "\u{7F}", "\u{2028}", "ß", "漢字", "=1+1", "word",
        ]
        return (0..<random.int(0...4)).map { _ in random.pick(pieces) }.joined()
    }

    private mutating func number() -> Double {
        random.pick([
            0, 0.1, -0.1, 1.0 / 3, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1e15, 1e16, 123_456_789.125,
            Double(random.int(0...99)),
        ])
    }

    private mutating func instant() -> Instant {
        Instant(
            microseconds: random.pick([
                0, -1, 1, 1_772_366_400_123_456, 1_772_366_400_000_000, -62_135_596_800_000_000,
                253_402_300_799_999_999,
                Int64(random.int(0...2_000_000_000)) * 1_000_000,
            ]))
    }

    private mutating func json(depth: Int) -> JSON {
        switch random.int(0...(depth > 2 ? 4 : 6)) {
        case 0: return .null
        case 1: return .bool(random.chance(50))
        case 2: return .integer(random.pick([0, .max, .min, -7]))
        case 3: return .number(random.pick([0.5, -1e-7, 1e300]))
        case 4: return .string(text())
        case 5: return .array((0..<random.int(0...3)).map { _ in json(depth: depth + 1) })
        default: return .object([text(): json(depth: depth + 1)])
        }
    }
}
