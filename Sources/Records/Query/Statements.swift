/// A column to order by. Ties are broken by the table's paging key, so that every order is total.
public struct Order: Hashable, Sendable {
    public let column: String
    public let descending: Bool
}

/// Which rows to read: a closed value over one table. The limit is part of it, because no store answers without one.
public struct Query<T: Table>: Sendable {
    public private(set) var condition: Condition = .all([])
    public private(set) var order: [Order] = []
    public let limit: Int

    /// - Parameter limit: at most so many rows, 1…1,000; more are read page by page (``Store/eachPage(of:where:_:)``).
    public init(limit: Int) { self.limit = min(max(limit, 1), Store.pageSize) }

    /// Adds a condition; several are all required.
    public func filter(_ predicate: Predicate<T>) -> Query {
        var query = self
        query.condition = .all([condition, predicate.condition])
        return query
    }

    /// Orders by a column, after those named before. NULL comes last in either direction.
    public func order<V: ColumnValue>(by column: KeyPath<T, Column<V>>, descending: Bool = false) -> Query {
        var query = self
        query.order.append(Order(column: T.columns[keyPath: column].name, descending: descending))
        return query
    }

    var statement: SelectStatement {
        let named = Set(order.map(\.column))
        let ties = T.definition.pagingKey.filter { !named.contains($0) }.map { Order(column: $0, descending: false) }
        return SelectStatement(
            table: T.definition, columns: T.definition.columns.map(\.name), condition: condition, order: order + ties,
            limit: limit)
    }
}

/// What a backend is asked to read.
public struct SelectStatement: Sendable {
    public let table: TableDefinition
    public let columns: [String]
    public var condition: Condition
    public let order: [Order]
    public let limit: Int
}

/// What to do with a new row whose key is there already.
public enum Conflict: Hashable, Sendable {
    /// The whole statement fails, nothing is written.
    case fail
    /// The row there stays as it is.
    case ignore
    /// The row there takes over the columns that were sent, and keeps all others.
    case update
}

/// What a backend is asked to insert: every row has the same columns.
public struct InsertStatement: Sendable {
    public let table: TableDefinition
    public let columns: [String]
    public let rows: [[Cell]]
    public let conflict: Conflict

    public init(table: TableDefinition, columns: [String], rows: [[Cell]], conflict: Conflict) {
        self.table = table
        self.columns = columns
        self.rows = rows
        self.conflict = conflict
    }
}

/// What a backend is asked to change. A condition that matches everything is refused by ``Store``.
public struct UpdateStatement: Sendable {
    public let table: TableDefinition
    public let set: [(column: String, value: Cell)]
    public let condition: Condition
    /// The columns of the rows that come back: all of the table's, where the database has them.
    public let returned: [String]

    init(
        table: TableDefinition, set: [(column: String, value: Cell)], condition: Condition, returned: [String]? = nil
    ) {
        self.table = table
        self.set = set
        self.condition = condition
        self.returned = returned ?? table.columns.map(\.name)
    }
}

/// What a backend is asked to delete. A condition that matches everything is refused by ``Store``.
public struct DeleteStatement: Sendable {
    public let table: TableDefinition
    public let condition: Condition
}
