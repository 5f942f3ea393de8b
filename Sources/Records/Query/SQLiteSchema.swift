import JSON

/// The embedded store's `CREATE TABLE`, derived from a table's definition.
///
/// Types by SQLite's STRICT rules: instants as ISO 8601 text with six fraction digits (so that they sort), JSON and lists
/// as JSON text, booleans as 0 and 1.
public enum SQLiteSchema {
    public static func createTable(_ table: TableDefinition) -> String {
        var lines = table.columns.map { column in
            var line = "    \(SQLRenderer.quote(column.name)) \(type(of: column))"
            if column.name == "id" { line += " PRIMARY KEY" }
            if !column.isNullable { line += " NOT NULL" }
            switch column.default {
            case .constant(let value): line += " DEFAULT \(literal(value))"
            case .generated(let expression): line += " GENERATED ALWAYS AS (\(expression)) STORED"
            case .now, .newID, nil: break
            }
            if column.type == .boolean { line += " CHECK (\(SQLRenderer.quote(column.name)) IN (0, 1))" }
            if let references = column.references { line += " REFERENCES \(SQLRenderer.quote(references))(\"id\")" }
            return line
        }
        for key in [table.key] + table.unique where key != ["id"] {
            lines.append("    UNIQUE (\(key.map(SQLRenderer.quote).joined(separator: ", ")))")
        }
        return "CREATE TABLE \(SQLRenderer.quote(table.name)) (\n\(lines.joined(separator: ",\n"))\n) STRICT"
    }

    static func type(of column: ColumnDefinition) -> String {
        switch column.type {
        case .integer, .bigint, .boolean: "INTEGER"
        case .numeric, .double: "REAL"
        case .uuid, .text, .timestamptz, .jsonb, .texts, .integers: "TEXT"
        }
    }

    private static func literal(_ value: Cell) -> String {
        switch value {
        case .bool(let bool): bool ? "1" : "0"
        case .integer(let integer): String(integer)
        case .number(let number): "\(number)"
        case .text(let text): "'\(text)'"
        case .json(let json): "'\(json.text)'"
        case .texts: "'[]'"
        case .integers: "'[]'"
        case .null, .instant: "NULL"
        }
    }
}
