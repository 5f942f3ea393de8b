/// SQL that is put together like the real server's, with its parameters.
struct RESTSQL {
    private(set) var parameters: [String?] = []
    let schema: RESTSchema

    init(_ schema: RESTSchema) { self.schema = schema }

    mutating func bind(_ value: String) -> String {
        parameters.append(value)
        return "$\(parameters.count)"
    }

    static func quote(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
    static func literal(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

    /// A column as the real server names it, so that PostgreSQL's errors are the same.
    static func column(_ field: RESTField, of source: String) -> String {
        field.path.reduce("\(source).\(quote(field.name))") { text, step in
            text + step.arrow + (Int(step.key) == nil ? literal(step.key) : step.key)
        }
    }

    // MARK: Conditions

    mutating func condition(_ condition: RESTCondition, of source: String) throws -> String {
        switch condition {
        case .filter(let field, let operation): try filter(field, operation, of: source)
        case .all(let parts, let isNegated): try joined(parts, " AND ", isNegated, of: source)
        case .any(let parts, let isNegated): try joined(parts, " OR ", isNegated, of: source)
        }
    }

    private mutating func joined(
        _ parts: [RESTCondition], _ word: String, _ isNegated: Bool, of source: String
    ) throws -> String {
        var texts: [String] = []
        for part in parts { texts.append(try condition(part, of: source)) }
        return (isNegated ? "NOT " : "") + "(" + texts.joined(separator: word) + ")"
    }

    private mutating func filter(_ field: RESTField, _ operation: RESTOperation, of source: String) throws -> String {
        let column = RESTSQL.column(field, of: source)
        let symbol = RESTParser.operators[operation.name] ?? "="
        let text: String
        switch operation.name {
        case "in":
            let list = "{" + operation.list.map(RESTSQL.arrayElement).joined(separator: ",") + "}"
            text = "\(column) = ANY (\(bind(list)))"
        case "is":
            let words = [
                "null": "NULL", "not_null": "NOT NULL", "true": "TRUE", "false": "FALSE", "unknown": "UNKNOWN",
            ]
            guard let word = words[operation.value.lowercased()] else {
                throw RESTError(
                    400, "PGRST100", "\"failed to parse filter (is.\(operation.value))\" (line 1, column 4)")
            }
            text = "\(column) IS \(word)"
        case "like", "ilike":
            text = "\(column) \(symbol) \(quantified(operation, operation.value.replacing("*", with: "%")))"
        case "fts", "plfts", "phfts", "wfts":
            let language = operation.language.map { RESTSQL.literal($0) + ", " } ?? ""
            text = "to_tsvector(\(language)\(column)) @@ \(symbol)(\(language)\(bind(operation.value)))"
        default: text = "\(column) \(symbol) \(quantified(operation, operation.value))"
        }
        return operation.isNegated ? "NOT \(text)" : text
    }

    private mutating func quantified(_ operation: RESTOperation, _ value: String) -> String {
        operation.quantifier.map { "\($0.uppercased()) (\(bind(value)))" } ?? bind(value)
    }

    private static func arrayElement(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// ` WHERE …` or nothing.
    mutating func filter(_ conditions: [RESTCondition], of source: String, and more: [String] = []) throws -> String {
        var texts = more
        for part in conditions { texts.append(try condition(part, of: source)) }
        return texts.isEmpty ? "" : " WHERE " + texts.joined(separator: " AND ")
    }

    // MARK: Reading

    /// `SELECT … FROM …` with everything that the level asks for.
    mutating func select(
        _ items: [RESTSelected], from table: RESTSchema.Table, source: String, as name: String, _ query: RESTQuery,
        level: RESTQuery.Level, and more: [String] = []
    ) throws -> String {
        var columns: [String] = []
        var joins = ""
        for item in items {
            switch item {
            case .all: columns.append("\(name).*")
            case .field(let field, let alias, let cast):
                let column = RESTSQL.column(field, of: name)
                let shown = alias ?? field.path.last?.key ?? field.name
                let text = cast.map { "CAST(\(column) AS \($0))" } ?? column
                columns.append(
                    alias == nil && cast == nil && field.path.isEmpty ? text : "\(text) AS \(RESTSQL.quote(shown))")
            case .related(let related, let alias, let hint, let isInner, let inner):
                let key = "related_\(columns.count)_\(related)"
                let (lateral, column) = try lateralJoin(
                    related, hint: hint, from: table, source: name, as: key, inner, query, isInner: isInner)
                joins += lateral
                columns.append("\(column) AS \(RESTSQL.quote(alias ?? related))")
            }
        }
        let order = level.order.map { RESTSQL.column($0.field, of: name) + " " + $0.direction }
        return "SELECT \(columns.isEmpty ? "1" : columns.joined(separator: ", ")) FROM \(source)\(joins)"
            + (try filter(level.conditions, of: name, and: more))
            + (order.isEmpty ? "" : " ORDER BY " + order.joined(separator: ", "))
            + (level.limit.map { " LIMIT \($0)" } ?? "") + (level.offset.map { " OFFSET \($0)" } ?? "")
    }

    /// A related table beside the rows of another: the one row that it points to, or all that point to it.
    private mutating func lateralJoin(
        _ related: String, hint: String?, from table: RESTSchema.Table, source: String, as key: String,
        _ items: [RESTSelected], _ query: RESTQuery, isInner: Bool
    ) throws -> (join: String, column: String) {
        let forward = schema.references.first {
            $0.from == table.name && ($0.to == related || $0.fromColumns == [related])
        }
        let backward = schema.references.first { $0.to == table.name && $0.from == related }
        guard let reference = forward ?? backward, let other = schema.table(forward?.to ?? related) else {
            throw RESTError(
                400, "PGRST200",
                "Could not find a relationship between '\(table.name)' and '\(related)' in the schema cache",
                details:
                    "Searched for a foreign key relationship between '\(table.name)' and '\(related)' in the schema 'public', but no matches were found."
            )
        }
        let name = RESTSQL.quote(key + "_row")
        let pairs = Array(zip(reference.fromColumns, reference.toColumns))
        let matches = pairs.map { from, to in
            forward != nil
                ? "\(name).\(RESTSQL.quote(to)) = \(source).\(RESTSQL.quote(from))"
                : "\(name).\(RESTSQL.quote(from)) = \(source).\(RESTSQL.quote(to))"
        }
        let rows = try select(
            items, from: other, source: "\"public\".\(RESTSQL.quote(other.name)) AS \(name)", as: name, query,
            level: query.related[related] ?? RESTQuery.Level(), and: matches)
        let alias = RESTSQL.quote(key)
        let word = isInner ? "INNER" : "LEFT"
        if forward != nil {
            return (" \(word) JOIN LATERAL (\(rows)) AS \(alias) ON TRUE", "row_to_json(\(alias).*)::jsonb")
        }
        let all = "SELECT json_agg(r)::jsonb AS rows FROM (\(rows)) r"
        let condition = isInner ? "\(alias).rows IS NOT NULL" : "TRUE"
        return (" \(word) JOIN LATERAL (\(all)) AS \(alias) ON \(condition)", "COALESCE(\(alias).rows, '[]')")
    }
}
