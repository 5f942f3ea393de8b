/// A condition on the rows of a table: a closed value that every renderer must handle case by case.
public indirect enum Condition: Hashable, Sendable {
    case compare(column: String, Comparison, Cell)
    case isNull(column: String)
    case isNotNull(column: String)
    /// An empty list matches nothing.
    case isOneOf(column: String, [Cell])
    /// An empty list matches everything.
    case all([Condition])
    /// An empty list matches nothing.
    case any([Condition])
}

public enum Comparison: String, Hashable, Sendable {
    case equal = "="
    case notEqual = "<>"
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
}

/// A ``Condition`` on a known table: `\.score >= 65 && \.researchDone == false`.
public struct Predicate<T: Table>: Hashable, Sendable {
    public let condition: Condition

    init(_ condition: Condition) { self.condition = condition }

    init<V: ColumnValue>(column: KeyPath<T, Column<V>>, _ comparison: Comparison, _ value: some ColumnValue) {
        condition = .compare(column: T.columns[keyPath: column].name, comparison, value.cell)
    }

    /// Matches every row.
    public static var always: Predicate { Predicate(.all([])) }

    public static func isNull<V: ColumnValue>(_ column: KeyPath<T, Column<V?>>) -> Predicate {
        Predicate(.isNull(column: T.columns[keyPath: column].name))
    }
    public static func isNotNull<V: ColumnValue>(_ column: KeyPath<T, Column<V?>>) -> Predicate {
        Predicate(.isNotNull(column: T.columns[keyPath: column].name))
    }
    /// The column holds one of the values; an empty list matches nothing.
    public static func isOneOf<V: ColumnValue>(
        _ column: KeyPath<T, Column<V>>, _ values: some Sequence<V>
    ) -> Predicate {
        Predicate(.isOneOf(column: T.columns[keyPath: column].name, values.map(\.cell)))
    }

    public static func && (a: Predicate, b: Predicate) -> Predicate { Predicate(.all([a.condition, b.condition])) }
    public static func || (a: Predicate, b: Predicate) -> Predicate { Predicate(.any([a.condition, b.condition])) }
}

// The operators stand outside of the type because their operands are key paths, not predicates.

/// Equality in SQL's sense: NULL equals nothing; ``Predicate/isNull(_:)`` finds it.
public func == <T, V: ColumnValue>(column: KeyPath<T, Column<V>>, value: V) -> Predicate<T> {
    Predicate(column: column, .equal, value)
}

/// Equality in SQL's sense: NULL equals nothing; ``Predicate/isNull(_:)`` finds it.
public func == <T, V: ColumnValue>(column: KeyPath<T, Column<V?>>, value: V) -> Predicate<T> {
    Predicate(column: column, .equal, value)
}

/// Inequality in SQL's sense: NULL differs from nothing.
public func != <T, V: ColumnValue>(column: KeyPath<T, Column<V>>, value: V) -> Predicate<T> {
    Predicate(column: column, .notEqual, value)
}

/// Inequality in SQL's sense: NULL differs from nothing.
public func != <T, V: ColumnValue>(column: KeyPath<T, Column<V?>>, value: V) -> Predicate<T> {
    Predicate(column: column, .notEqual, value)
}

public func < <T, V: ColumnValue>(column: KeyPath<T, Column<V>>, value: V) -> Predicate<T> {
    Predicate(column: column, .less, value)
}

public func < <T, V: ColumnValue>(column: KeyPath<T, Column<V?>>, value: V) -> Predicate<T> {
    Predicate(column: column, .less, value)
}

public func <= <T, V: ColumnValue>(column: KeyPath<T, Column<V>>, value: V) -> Predicate<T> {
    Predicate(column: column, .atMost, value)
}

public func <= <T, V: ColumnValue>(column: KeyPath<T, Column<V?>>, value: V) -> Predicate<T> {
    Predicate(column: column, .atMost, value)
}

public func > <T, V: ColumnValue>(column: KeyPath<T, Column<V>>, value: V) -> Predicate<T> {
    Predicate(column: column, .greater, value)
}

public func > <T, V: ColumnValue>(column: KeyPath<T, Column<V?>>, value: V) -> Predicate<T> {
    Predicate(column: column, .greater, value)
}

public func >= <T, V: ColumnValue>(column: KeyPath<T, Column<V>>, value: V) -> Predicate<T> {
    Predicate(column: column, .atLeast, value)
}

public func >= <T, V: ColumnValue>(column: KeyPath<T, Column<V?>>, value: V) -> Predicate<T> {
    Predicate(column: column, .atLeast, value)
}
