/// A table, as a struct whose stored properties are its columns.
///
/// The columns stand in one place and are found by name from there: ``Row`` and ``Draft`` offer them as members, queries
/// as key paths, stores through ``definition``.
public protocol Table: Sendable {
    /// The one value of the type.
    static var columns: Self { get }
    static var definition: TableDefinition { get }
}

extension Table {
    /// Lists the columns by reflection, once, when the table is first used.
    /// - Parameters:
    ///   - key: the columns of the unique key that upserts aim at.
    ///   - unique: further unique keys.
    func define(_ name: String, key: [String], unique: [[String]] = []) -> TableDefinition {
        TableDefinition(
            name: name,
            columns: Mirror(reflecting: self).children.compactMap { ($0.value as? any AnyColumn)?.definition },
            key: key, unique: unique)
    }
}

extension Table {
    /// Where a column stands in a row.
    ///
    /// Every `Column` holds a definition and nothing else, so the offset of the stored property tells its number without
    /// reading the column; that matters for what is asked several times a row.
    static func position<V: ColumnValue>(of column: KeyPath<Self, Column<V>>) -> Int? {
        guard let offset = MemoryLayout<Self>.offset(of: column) else {
            return definition.position(of: columns[keyPath: column].name)
        }
        return offset / MemoryLayout<ColumnDefinition>.stride
    }
}

/// A table without its Swift type.
public struct TableDefinition: Sendable {
    public let name: String
    public let columns: [ColumnDefinition]
    /// The unique key that an upsert aims at.
    public let key: [String]
    /// Unique keys beside ``key`` and `id`.
    public let unique: [[String]]
    private let positions: [String: Int]

    init(name: String, columns: [ColumnDefinition], key: [String], unique: [[String]]) {
        self.name = name
        self.columns = columns
        self.key = key
        self.unique = unique
        positions = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1.name, $0) })
    }

    /// Where the column stands in ``columns`` and in every ``Row``; `nil` for a name the table does not have.
    public func position(of column: String) -> Int? { positions[column] }

    public func column(named name: String) -> ColumnDefinition? { positions[name].map { columns[$0] } }

    /// The columns that order the rows for paging: unique together and never NULL.
    public var pagingKey: [String] { column(named: "id") == nil ? key : ["id"] }
}
