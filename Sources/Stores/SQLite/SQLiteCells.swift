internal import GRDB
import GRDBSQLite
import JSON
import Records
import Time

/// How cells stand in the file: see ``StoreVersion1``.
extension Cell {
    var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .bool(let bool): (bool ? 1 : 0).databaseValue
        case .integer(let integer): integer.databaseValue
        case .number(let number): number.databaseValue
        case .text(let text): text.databaseValue
        case .instant(let instant): instant.iso8601Precise.databaseValue
        case .json(let json): json.text.databaseValue
        case .texts(let texts): JSON(texts).text.databaseValue
        case .integers(let integers): JSON.array(integers.map(JSON.integer)).text.databaseValue
        }
    }

    /// Reads a cell of a declared type from the row at which the statement stands. What does not fit comes back as the
    /// text or number it is, and the row's check reports it as malformed.
    ///
    /// Straight from SQLite's columns: a table is read by the million cells, and a value in between costs as much as the
    /// cell itself.
    init(column: Int32, of statement: SQLiteStatement, _ type: ColumnType) {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_NULL: self = .null
        case SQLITE_INTEGER:
            let integer = sqlite3_column_int64(statement, column)
            switch type {
            case .boolean: self = .bool(integer != 0)
            case .numeric, .double: self = .number(Double(integer))
            default: self = .integer(integer)
            }
        case SQLITE_FLOAT: self = .number(sqlite3_column_double(statement, column))
        case SQLITE_TEXT:
            let start = sqlite3_column_text(statement, column)
            let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
            self = Cell(bytes, type) ?? .text(String(decoding: bytes, as: UTF8.self))
        default: self = .text("a blob")
        }
    }

    /// `nil` for text, and for a text that is not of the type.
    private init?(_ bytes: UnsafeBufferPointer<UInt8>, _ type: ColumnType) {
        switch type {
        case .timestamptz:
            guard let instant = Instant(iso8601: bytes) else { return nil }
            self = .instant(instant)
        case .jsonb:
            guard let json = Cell.json(bytes) else { return nil }
            self = .json(json)
        case .texts:
            guard let array = Cell.json(bytes)?.array else { return nil }
            self = .texts(array.compactMap(\.string))
        case .integers:
            guard let array = Cell.json(bytes)?.array else { return nil }
            self = .integers(array.compactMap(\.integer))
        default: return nil
        }
    }

    private static func json(_ bytes: UnsafeBufferPointer<UInt8>) -> JSON? {
        // The default of most JSON columns, in rows by the hundred thousand.
        if bytes.elementsEqual([UInt8(ascii: "{"), UInt8(ascii: "}")]) { return [:] }
        return try? JSONDocument(Array(bytes)).root.value
    }
}
