internal import GRDB
import GRDBSQLite

/// A prepared statement whose values are bound straight to it, for the thousand rows that a tick may write: the general
/// way of passing arguments takes longer than SQLite does.
struct HotStatement {
    enum Argument {
        case null
        case integer(Int64)
        case text(String)

        init(_ text: String?) { self = text.map(Argument.text) ?? .null }
        init(_ integer: Int64?) { self = integer.map(Argument.integer) ?? .null }
    }

    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// Owns the handle.
    private let statement: Statement

    init(_ db: Database, _ sql: String) throws { statement = try db.cachedStatement(sql: sql) }

    /// Runs a statement that returns no rows.
    func run(_ arguments: [Argument]) throws {
        let handle = statement.sqliteStatement
        defer { sqlite3_reset(handle) }
        for (index, argument) in arguments.enumerated() {
            let position = Int32(index + 1)
            let bound =
                switch argument {
                case .null: sqlite3_bind_null(handle, position)
                case .integer(let integer): sqlite3_bind_int64(handle, position, integer)
                case .text(let text):
                    // Handed over as it is, it would be copied first.
                    text.withCString {
                        sqlite3_bind_text(handle, position, $0, Int32(text.utf8.count), HotStatement.transient)
                    }
                }
            try check(bound, SQLITE_OK, handle)
        }
        try check(sqlite3_step(handle), SQLITE_DONE, handle)
    }

    private func check(_ code: Int32, _ wanted: Int32, _ handle: SQLiteStatement) throws {
        guard code != wanted else { return }
        throw DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(sqlite3_db_handle(handle))),
            message: String(cString: sqlite3_errmsg(sqlite3_db_handle(handle))))
    }
}
