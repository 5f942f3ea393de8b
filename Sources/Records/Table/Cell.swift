public import JSON
public import Time

/// What a cell of a table can hold. Every store reads and writes these and nothing else.
public enum Cell: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    /// Also a uuid: lower case, as PostgreSQL prints it.
    case text(String)
    case instant(Instant)
    case json(JSON)
    case texts([String])
    case integers([Int64])
}

/// A column's type, by its PostgreSQL name.
public enum ColumnType: String, Hashable, Sendable {
    case uuid, text, integer, bigint, numeric, boolean, timestamptz, jsonb
    case double = "double precision"
    case texts = "text[]"
    case integers = "integer[]"
}

/// A Swift type that a column can have. `Optional` of one is a column that may be NULL.
public protocol ColumnValue: Hashable, Sendable {
    static var columnType: ColumnType { get }
    static var isNullable: Bool { get }
    /// `nil` when the cell holds something else; a store then reports the row as malformed.
    init?(_ cell: Cell)
    var cell: Cell { get }
}

/// A ``ColumnValue`` that is not itself an optional.
public protocol PlainValue: ColumnValue {}

extension ColumnValue {
    public static var isNullable: Bool { false }
}

extension String: PlainValue {
    public static var columnType: ColumnType { .text }
    public init?(_ cell: Cell) {
        guard case .text(let text) = cell else { return nil }
        self = text
    }
    public var cell: Cell { .text(self) }
}

extension Int: PlainValue {
    public static var columnType: ColumnType { .integer }
    public init?(_ cell: Cell) {
        guard case .integer(let integer) = cell else { return nil }
        self = Int(integer)
    }
    public var cell: Cell { .integer(Int64(self)) }
}

extension Double: PlainValue {
    public static var columnType: ColumnType { .numeric }
    public init?(_ cell: Cell) {
        switch cell {
        case .number(let number): self = number
        case .integer(let integer): self = Double(integer)
        default: return nil
        }
    }
    public var cell: Cell { .number(self) }
}

extension Bool: PlainValue {
    public static var columnType: ColumnType { .boolean }
    public init?(_ cell: Cell) {
        guard case .bool(let bool) = cell else { return nil }
        self = bool
    }
    public var cell: Cell { .bool(self) }
}

extension Instant: PlainValue {
    public static var columnType: ColumnType { .timestamptz }
    public init?(_ cell: Cell) {
        guard case .instant(let instant) = cell else { return nil }
        self = instant
    }
    public var cell: Cell { .instant(self) }
}

extension JSON: PlainValue {
    public static var columnType: ColumnType { .jsonb }
    public init?(_ cell: Cell) {
        guard case .json(let json) = cell else { return nil }
        self = json
    }
    public var cell: Cell { .json(self) }
}

/// An element of a list column.
public protocol ListElement: Hashable, Sendable {
    static var listType: ColumnType { get }
    static func list(_ cell: Cell) -> [Self]?
    static func cell(_ list: [Self]) -> Cell
}

extension String: ListElement {
    public static var listType: ColumnType { .texts }
    public static func list(_ cell: Cell) -> [String]? {
        guard case .texts(let texts) = cell else { return nil }
        return texts
    }
    public static func cell(_ list: [String]) -> Cell { .texts(list) }
}

extension Int64: ListElement {
    public static var listType: ColumnType { .integers }
    public static func list(_ cell: Cell) -> [Int64]? {
        guard case .integers(let integers) = cell else { return nil }
        return integers
    }
    public static func cell(_ list: [Int64]) -> Cell { .integers(list) }
}

extension Array: ColumnValue, PlainValue where Element: ListElement {
    public static var columnType: ColumnType { Element.listType }
    public init?(_ cell: Cell) {
        guard let list = Element.list(cell) else { return nil }
        self = list
    }
    public var cell: Cell { Element.cell(self) }
}

extension Optional: ColumnValue where Wrapped: ColumnValue {
    public static var columnType: ColumnType { Wrapped.columnType }
    public static var isNullable: Bool { true }
    public init?(_ cell: Cell) {
        if case .null = cell {
            self = Optional.none
        } else {
            guard let wrapped = Wrapped(cell) else { return nil }
            self = .some(wrapped)
        }
    }
    public var cell: Cell { self?.cell ?? .null }
}
