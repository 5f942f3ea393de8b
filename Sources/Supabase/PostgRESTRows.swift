import JSON
import Records
import Time

/// Answers of PostgREST as cells.
enum PostgRESTRows {
    /// The rows of an answer, cells in the order of the columns. What does not fit its column comes back as what it is, and
    /// the row's check reports it.
    ///
    /// - Throws: ``StoreError`` with code `malformed` when the answer is no list of objects with these columns.
    static func decode(
        _ body: [UInt8], _ columns: [ColumnDefinition], of table: TableDefinition
    ) throws(StoreError) -> [[Cell]] {
        var rows: [[Cell]] = []
        for object in try objects(body, of: table) {
            guard case .object(let members) = object.content else {
                throw StoreError(.malformed, table: table.name, "a row of the answer is no object")
            }
            var row: [Cell] = []
            row.reserveCapacity(columns.count)
            for (index, column) in columns.enumerated() {
                // PostgREST keeps the order in which the columns were asked for.
                let inPlace = index < members.count && members[index].key == column.name
                guard let node = inPlace ? members[index].node : object[column.name] else {
                    throw StoreError(
                        .malformed, table: table.name, "a row of the answer lacks the column \(column.name)")
                }
                row.append(Cell(node, column.type))
            }
            rows.append(row)
        }
        return rows
    }

    /// The number of rows in an answer.
    static func count(_ body: [UInt8], of table: TableDefinition) throws(StoreError) -> Int {
        try objects(body, of: table).count
    }

    private static func objects(_ body: [UInt8], of table: TableDefinition) throws(StoreError) -> [JSONNode] {
        do {
            guard case .array(let nodes) = try JSONDocument(body).root.content else {
                throw StoreError(.malformed, table: table.name, "the answer is no list of rows")
            }
            return nodes
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.malformed, table: table.name, "the answer is no JSON: \(error)")
        }
    }
}

extension Cell {
    /// Reads a value of a column. In a column of JSON every value is JSON, but `null` is NULL: PostgREST does not tell them
    /// apart.
    init(_ node: JSONNode, _ type: ColumnType) {
        switch (node.content, type) {
        case (.null, _): self = .null
        case (_, .jsonb): self = .json(node.value)
        case (.bool(let bool), _): self = .bool(bool)
        case (.integer(let integer), .numeric), (.integer(let integer), .double): self = .number(Double(integer))
        case (.integer(let integer), _): self = .integer(integer)
        case (.number(let number), _): self = .number(number)
        // A live column without a zone is read in the service's, which is UTC.
        case (.string(let text), .timestamptz):
            self = (Instant(iso8601: text) ?? Instant(iso8601: text + "Z")).map(Cell.instant) ?? .text(text)
        case (.string(let text), _): self = .text(text)
        case (.array(let nodes), .texts): self = Cell.texts(nodes) ?? .json(node.value)
        case (.array(let nodes), .integers): self = Cell.integers(nodes) ?? .json(node.value)
        case (.array, _), (.object, _): self = .json(node.value)
        }
    }

    /// `nil` when an element is no text.
    private static func texts(_ nodes: [JSONNode]) -> Cell? {
        var texts: [String] = []
        for node in nodes {
            guard case .string(let text) = node.content else { return nil }
            texts.append(text)
        }
        return .texts(texts)
    }

    /// `nil` when an element is no whole number.
    private static func integers(_ nodes: [JSONNode]) -> Cell? {
        var integers: [Int64] = []
        for node in nodes {
            guard case .integer(let integer) = node.content else { return nil }
            integers.append(integer)
        }
        return .integers(integers)
    }
}
