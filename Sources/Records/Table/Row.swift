/// A row as it was read: always all columns of its table, each of the declared type.
@dynamicMemberLookup
public struct Row<T: Table>: Hashable, Sendable {
    /// In the order of the table's definition.
    public let cells: [Cell]

    /// Takes over what a store read.
    ///
    /// - Throws: ``StoreError`` with code `malformed` when the cells do not fit the table: the wrong number, NULL where
    ///   the table has none, or another type.
    public init(_ cells: [Cell]) throws(StoreError) {
        let columns = T.definition.columns
        guard cells.count == columns.count else {
            throw StoreError(.malformed, table: T.definition.name, "\(cells.count) cells for \(columns.count) columns")
        }
        for (column, cell) in zip(columns, cells) where !cell.fits(column) {
            throw StoreError(
                .malformed, table: T.definition.name,
                "column \(column.name) holds \(cell.kind) where \(column.type.rawValue) belongs")
        }
        self.cells = cells
    }

    /// The column's cell. The check at reading time makes the conversion certain.
    public subscript<V: ColumnValue>(dynamicMember column: KeyPath<T, Column<V>>) -> V {
        guard let position = T.position(of: column), let cell = V(cells[position]) else {
            let name = T.columns[keyPath: column].name
            preconditionFailure("column \(name) of \(T.definition.name) does not convert to \(V.self)")
        }
        return cell
    }
}

/// A row about to be written: only the columns that were set. A column left out keeps its value in an update and takes
/// its default in an insert.
@dynamicMemberLookup
public struct Draft<T: Table>: Hashable, Sendable {
    public private(set) var cells: [String: Cell] = [:]

    public init() {}

    /// Makes a draft in one expression: `Draft { $0.score = 65 }`.
    public init(_ fill: (inout Draft) -> Void) { fill(&self) }

    /// The value set for a column that is never NULL; `nil` when it is not set. Setting `nil` takes the column out again.
    public subscript<V: PlainValue>(dynamicMember column: KeyPath<T, Column<V>>) -> V? {
        get { cells[T.columns[keyPath: column].name].flatMap(V.init) }
        set { cells[T.columns[keyPath: column].name] = newValue?.cell }
    }

    /// The value set for a column that may be NULL; `nil` when it is NULL or not set. Setting `nil` writes NULL.
    public subscript<V: PlainValue>(dynamicMember column: KeyPath<T, Column<V?>>) -> V? {
        get { cells[T.columns[keyPath: column].name].flatMap(V.init) }
        set { cells[T.columns[keyPath: column].name] = newValue?.cell ?? .null }
    }
}

extension Cell {
    /// Whether the cell may stand in the column: NULL only where allowed, and the type as declared.
    public func fits(_ column: ColumnDefinition) -> Bool {
        switch (self, column.type) {
        case (.null, _): column.isNullable
        case (.text, .text), (.text, .uuid), (.bool, .boolean), (.instant, .timestamptz), (.json, .jsonb): true
        case (.integer, .integer), (.integer, .bigint), (.integer, .numeric), (.integer, .double): true
        case (.number, .numeric), (.number, .double), (.texts, .texts), (.integers, .integers): true
        default: false
        }
    }

    /// The cell's kind in the words of an error message.
    public var kind: String {
        switch self {
        case .null: "NULL"
        case .bool: "a boolean"
        case .integer: "a whole number"
        case .number: "a number"
        case .text: "text"
        case .instant: "an instant"
        case .json: "JSON"
        case .texts: "a list of texts"
        case .integers: "a list of numbers"
        }
    }
}
