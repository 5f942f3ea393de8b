import JSON
import Time

/// Statements as requests to PostgREST. Decides; sends nothing.
///
/// A list of values that makes an address too long is split over several requests; see ``render(_:counting:)``.
public enum PostgRESTRenderer {
    /// The longest table and parameters, percent-encoded. Gateways refuse more than about 8 kB of request line, and what
    /// stands before ours in it is not ours to know.
    public static let targetBytesMax = 6_000

    // MARK: Reading

    /// The statements that together match the same rows, each of them short enough for one request: none when nothing can
    /// match, several when a list of values does not fit into one address.
    ///
    /// - Throws: ``StoreError`` with code `failed` when the condition is too long and cannot be split.
    public static func split(_ statement: SelectStatement) throws(StoreError) -> [SelectStatement] {
        try split(statement.condition, of: statement.table) { condition in
            var part = statement
            part.condition = condition
            return render(part, counting: true)
        }.map { condition in
            var part = statement
            part.condition = condition
            return part
        }
    }

    /// The request for a statement that was ``split(_:)``.
    ///
    /// - Parameter isCounting: the answer's `Content-Range` shall say how many rows match, whatever the limit.
    public static func render(_ statement: SelectStatement, counting isCounting: Bool = false) -> PostgRESTRequest {
        let order = statement.order.map { order in
            // PostgreSQL puts NULL first when descending.
            order.descending ? "\(order.column).desc.nullslast" : "\(order.column).asc"
        }
        return PostgRESTRequest(
            .get, statement.table.name,
            query: [.init("select", statement.columns.joined(separator: ","))]
                + PostgRESTFilter.parameters(statement.condition.simplified)
                + (order.isEmpty ? [] : [.init("order", order.joined(separator: ","))])
                + [.init("limit", String(statement.limit))],
            prefer: isCounting ? ["count=exact"] : [], isRepeatable: true)
    }

    // MARK: Writing

    /// The request that writes all rows or none.
    ///
    /// An upsert changes every column that is sent, so one whose rows bring an `id` beside another key must come as two:
    /// see ``completing(_:)``.
    public static func render(_ statement: InsertStatement) -> PostgRESTRequest {
        var query: [PostgRESTRequest.Parameter] = [.init("columns", statement.columns.joined(separator: ","))]
        var prefer = ["return=minimal", "missing=default"]
        if statement.conflict != .fail {
            query.append(.init("on_conflict", statement.table.key.joined(separator: ",")))
            prefer.append("resolution=\(statement.conflict == .update ? "merge" : "ignore")-duplicates")
        }
        return PostgRESTRequest(
            .post, statement.table.name, query: query, prefer: prefer,
            body: rows(statement.columns, statement.rows), isRepeatable: statement.conflict != .fail)
    }

    /// How an upsert is done that must not change the ids of rows that are there: first the rows that are missing, with
    /// their ids, then the other columns of all.
    ///
    /// - Returns: `nil` when one request does. `first` answers with the ids it inserted: when they are as many as the rows,
    ///   `then` has nothing left to do; it is `nil` when there are no other columns.
    public static func completing(
        _ statement: InsertStatement
    ) -> (first: PostgRESTRequest, then: PostgRESTRequest?)? {
        guard statement.conflict == .update, !statement.table.key.contains("id"),
            let id = statement.columns.firstIndex(of: "id")
        else { return nil }
        let missing = InsertStatement(
            table: statement.table, columns: statement.columns, rows: statement.rows, conflict: .ignore)
        let insert = render(missing)
        let first = PostgRESTRequest(
            .post, insert.table, query: insert.query + [.init("select", "id")],
            prefer: insert.prefer.map { $0 == "return=minimal" ? "return=representation" : $0 }, body: insert.body,
            isRepeatable: true)
        var columns = statement.columns
        columns.remove(at: id)
        guard !Set(columns).subtracting(statement.table.key).isEmpty else { return (first, nil) }
        let rest = statement.rows.map { row in
            var row = row
            row.remove(at: id)
            return row
        }
        return (
            first,
            render(InsertStatement(table: statement.table, columns: columns, rows: rest, conflict: .update))
        )
    }

    /// The requests that change the matching rows and answer with all their columns.
    public static func render(_ statement: UpdateStatement) throws(StoreError) -> [PostgRESTRequest] {
        // Once changed, a row may no longer match: asked again, a claim that was won would look lost.
        let isRepeatable = statement.condition.columns.isDisjoint(with: statement.set.map(\.column))
        let body = Array(object(statement.set.map(\.column), statement.set.map(\.value)).utf8)
        func request(_ condition: Condition) -> PostgRESTRequest {
            PostgRESTRequest(
                .patch, statement.table.name,
                query: [.init("select", statement.returned.joined(separator: ","))]
                    + PostgRESTFilter.parameters(condition),
                prefer: ["return=representation"], body: body, isRepeatable: isRepeatable)
        }
        return try changes(statement.condition, of: statement.table, request)
    }

    /// The requests that delete the matching rows; `Content-Range` says how many.
    public static func render(_ statement: DeleteStatement) throws(StoreError) -> [PostgRESTRequest] {
        func request(_ condition: Condition) -> PostgRESTRequest {
            PostgRESTRequest(
                .delete, statement.table.name, query: PostgRESTFilter.parameters(condition),
                prefer: ["return=minimal", "count=exact"], isRepeatable: false)
        }
        return try changes(statement.condition, of: statement.table, request)
    }

    /// PostgREST takes a change without a filter for a change of all rows; nobody of us means that.
    private static func changes(
        _ condition: Condition, of table: TableDefinition, _ request: (Condition) -> PostgRESTRequest
    ) throws(StoreError) -> [PostgRESTRequest] {
        guard condition.simplified != .all([]) else {
            throw StoreError(.undeclared, table: table.name, "a change needs a condition")
        }
        return try split(condition, of: table, request).map(request)
    }

    // MARK: Splitting

    /// Conditions that together match the same rows, each short enough for the request that is made of it.
    private static func split(
        _ condition: Condition, of table: TableDefinition, _ request: (Condition) -> PostgRESTRequest
    ) throws(StoreError) -> [Condition] {
        let condition = condition.simplified
        guard condition != .never else { return [] }
        let bytes = request(condition).targetBytes
        guard bytes > targetBytesMax else { return [condition] }
        let parts = if case .all(let parts) = condition { parts } else { [condition] }
        var longest: (index: Int, column: String, values: [Cell])?
        for (index, part) in parts.enumerated() {
            guard case .isOneOf(let column, let values) = part, values.count > longest?.values.count ?? 1 else {
                continue
            }
            longest = (index, column, values)
        }
        guard let longest else {
            throw StoreError(
                .failed, table: table.name,
                "the condition takes \(bytes) bytes in an address, and \(targetBytesMax) fit; ask in smaller steps")
        }
        // Halves, and halves of halves: values of any length end in chunks that fit.
        let middle = longest.values.count / 2
        var conditions: [Condition] = []
        for half in [longest.values[..<middle], longest.values[middle...]] {
            var parts = parts
            parts[longest.index] = .isOneOf(column: longest.column, Array(half))
            conditions += try split(.all(parts), of: table, request)
        }
        return conditions
    }

    // MARK: Bodies

    private static func rows(_ columns: [String], _ rows: [[Cell]]) -> [UInt8] {
        let names = columns.map { JSON.string($0).text + ":" }
        var bytes = [UInt8(ascii: "[")]
        for (index, row) in rows.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "{"))
            for (position, cell) in row.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes += names[position].utf8
                bytes += json(cell).text.utf8
            }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }

    private static func object(_ columns: [String], _ cells: [Cell]) -> String {
        JSON.object(Dictionary(zip(columns, cells.map(json)), uniquingKeysWith: { $1 })).text
    }

    private static func json(_ cell: Cell) -> JSON {
        switch cell {
        case .null: .null
        case .bool(let bool): .bool(bool)
        case .integer(let integer): .integer(integer)
        case .number(let number): .number(number)
        case .text(let text): .string(text)
        case .instant(let instant): .string(instant.iso8601Precise)
        case .json(let json): json
        case .texts(let texts): JSON(texts)
        case .integers(let integers): .array(integers.map(JSON.integer))
        }
    }
}
