/// SQL text with the values for its question marks, in order.
public struct SQL: Hashable, Sendable {
    public var text: String
    public var arguments: [Cell]
}

/// Statements as SQL that SQLite (3.35+) and PostgreSQL both understand; SQLite's `?` stands for the arguments.
public enum SQLRenderer {
    public static func render(_ statement: SelectStatement) -> SQL {
        var sql = SQL(text: "SELECT \(list(statement.columns)) FROM \(quote(statement.table.name))", arguments: [])
        append(where: statement.condition, to: &sql)
        let order = statement.order.map { "\(quote($0.column))\($0.descending ? " DESC" : "") NULLS LAST" }
        if !order.isEmpty { sql.text += " ORDER BY " + order.joined(separator: ", ") }
        sql.text += " LIMIT \(statement.limit)"
        return sql
    }

    /// One row's insert, without its values: the backend runs it once for each row.
    public static func render(_ statement: InsertStatement, columns: [String]) -> String {
        let marks = repeatElement("?", count: columns.count).joined(separator: ", ")
        let insert = "INSERT INTO \(quote(statement.table.name)) (\(list(columns))) VALUES (\(marks))"
        switch statement.conflict {
        case .fail: return insert
        case .ignore: return insert + " ON CONFLICT DO NOTHING"
        case .update:
            // Columns that were only filled in by default are not in `statement.columns`: an upsert leaves them alone.
            // Nor does it give a row another id, which others may point to.
            let updates = statement.columns.filter { $0 != "id" && !statement.table.key.contains($0) }
                .map { "\(quote($0)) = excluded.\(quote($0))" }
            let target = "ON CONFLICT (\(list(statement.table.key)))"
            return
                "\(insert) \(target) DO \(updates.isEmpty ? "NOTHING" : "UPDATE SET \(updates.joined(separator: ", "))")"
        }
    }

    public static func render(_ statement: UpdateStatement) -> SQL {
        let set = statement.set.map { "\(quote($0.column)) = ?" }.joined(separator: ", ")
        var sql = SQL(text: "UPDATE \(quote(statement.table.name)) SET \(set)", arguments: statement.set.map(\.value))
        append(where: statement.condition, to: &sql)
        sql.text += " RETURNING \(list(statement.table.columns.map(\.name)))"
        return sql
    }

    public static func render(_ statement: DeleteStatement) -> SQL {
        var sql = SQL(text: "DELETE FROM \(quote(statement.table.name))", arguments: [])
        append(where: statement.condition, to: &sql)
        return sql
    }

    private static func append(where condition: Condition, to sql: inout SQL) {
        guard condition.restricts else { return }
        sql.text += " WHERE "
        append(condition, to: &sql)
    }

    private static func append(_ condition: Condition, to sql: inout SQL) {
        switch condition {
        case .compare(let column, let comparison, let value):
            sql.text += "\(quote(column)) \(comparison.rawValue) ?"
            sql.arguments.append(value)
        case .isNull(let column): sql.text += "\(quote(column)) IS NULL"
        case .isNotNull(let column): sql.text += "\(quote(column)) IS NOT NULL"
        case .isOneOf(let column, let values):
            guard !values.isEmpty else {
                sql.text += "FALSE"
                return
            }
            sql.text += "\(quote(column)) IN (\(repeatElement("?", count: values.count).joined(separator: ", ")))"
            sql.arguments += values
        case .all(let conditions):
            append(conditions.filter(\.restricts), joinedBy: " AND ", whenEmpty: "TRUE", to: &sql)
        case .any(let conditions): append(conditions, joinedBy: " OR ", whenEmpty: "FALSE", to: &sql)
        }
    }

    private static func append(
        _ conditions: [Condition], joinedBy word: String, whenEmpty: String, to sql: inout SQL
    ) {
        guard !conditions.isEmpty else {
            sql.text += whenEmpty
            return
        }
        sql.text += "("
        for (index, condition) in conditions.enumerated() {
            if index > 0 { sql.text += word }
            append(condition, to: &sql)
        }
        sql.text += ")"
    }

    private static func list(_ columns: [String]) -> String { columns.map(quote).joined(separator: ", ") }

    static func quote(_ name: String) -> String { "\"\(name)\"" }
}

extension Condition {
    /// False for a condition that is true of every row, which needs no text.
    var restricts: Bool {
        guard case .all(let conditions) = self else { return true }
        return conditions.contains { $0.restricts }
    }
}
