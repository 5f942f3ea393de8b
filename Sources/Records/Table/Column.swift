/// How well a column's name is established in the owner's sources; decides whether its absence is an error.
public enum Evidence: String, Sendable {
    /// In the seed or a data-model block of the product documents.
    case confirmed
    /// Written elsewhere by the owner.
    case stated
    /// Needed by a rule, named nowhere: optional, switched off when the live table lacks it.
    case inferred
}

/// What a column gets when an insert leaves it out.
public enum ColumnDefault: Hashable, Sendable {
    case now
    case newID
    case constant(Cell)
    /// Computed by the database from other columns (`GENERATED ALWAYS … STORED`); never written. The expression must
    /// mean the same in SQLite and PostgreSQL.
    case generated(as: String)
}

/// One column of a table with its Swift type. The only place where its name is written.
public struct Column<V: ColumnValue>: Sendable {
    public let definition: ColumnDefinition

    /// - Parameters:
    ///   - type: when PostgreSQL's type is not the usual one of the Swift type.
    ///   - references: the table whose `id` this column points to.
    public init(
        _ name: String, _ evidence: Evidence = .confirmed, type: ColumnType? = nil, default: ColumnDefault? = nil,
        references: String? = nil
    ) {
        definition = ColumnDefinition(
            name: name, type: type ?? V.columnType, isNullable: V.isNullable, default: `default`,
            evidence: evidence, references: references)
    }

    public var name: String { definition.name }
}

/// A column without its Swift type: what stores, import, export and the schema check work with.
public struct ColumnDefinition: Hashable, Sendable {
    public let name: String
    public let type: ColumnType
    public let isNullable: Bool
    public let `default`: ColumnDefault?
    public let evidence: Evidence
    public let references: String?

    /// True when the database computes the column, so that nobody may write it.
    public var isGenerated: Bool {
        if case .generated = self.default { true } else { false }
    }

    /// True when a new row must bring a value for this column.
    public var isRequired: Bool { !isNullable && self.default == nil }
}

/// Reads the definition out of a `Column` of any type while a table is being listed.
protocol AnyColumn {
    var definition: ColumnDefinition { get }
}

extension Column: AnyColumn {}
