internal import GRDB
import JSON
import Records
import Time

/// How cells stand in the file: see ``SQLiteSchema``.
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

    /// Reads a cell of a declared type. What does not fit comes back as the text or number it is, and the row's check
    /// reports it as malformed.
    init(_ value: DatabaseValue, _ type: ColumnType) {
        switch (value.storage, type) {
        case (.null, _): self = .null
        case (.int64(let integer), .boolean): self = .bool(integer != 0)
        case (.int64(let integer), .numeric), (.int64(let integer), .double): self = .number(Double(integer))
        case (.int64(let integer), _): self = .integer(integer)
        case (.double(let number), _): self = .number(number)
        case (.string(let text), .text), (.string(let text), .uuid): self = .text(text)
        case (.string(let text), _): self = Cell(text, type) ?? .text(text)
        case (.blob, _): self = .text("a blob")
        }
    }

    private init?(_ text: String, _ type: ColumnType) {
        switch type {
        case .timestamptz:
            guard let instant = Instant(iso8601: text) else { return nil }
            self = .instant(instant)
        case .jsonb:
            guard let json = try? JSON(parsing: text) else { return nil }
            self = .json(json)
        case .texts:
            guard let array = (try? JSON(parsing: text))?.array else { return nil }
            self = .texts(array.compactMap(\.string))
        case .integers:
            guard let array = (try? JSON(parsing: text))?.array else { return nil }
            self = .integers(array.compactMap(\.integer))
        default: return nil
        }
    }
}
