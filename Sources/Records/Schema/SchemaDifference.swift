/// A table as the live database describes it.
public struct LiveTable: Hashable, Sendable {
    public struct Column: Hashable, Sendable {
        public let name: String
        /// PostgreSQL's name of the type; `nil` when only the column's name is known.
        public let type: String?
        /// A new row must bring a value: NOT NULL, and no default.
        public let isRequired: Bool

        public init(_ name: String, type: String?, isRequired: Bool = false) {
            self.name = name
            self.type = type
            self.isRequired = isRequired
        }
    }

    public let name: String
    public let columns: [Column]

    public init(_ name: String, _ columns: [Column]) {
        self.name = name
        self.columns = columns
    }
}

/// One point in which a live table is not what the definitions say.
public struct SchemaDifference: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        case missingTable
        case missingColumn
        /// The live type, by PostgreSQL's name.
        case otherType(String)
        /// A column that we do not know and that a new row must fill.
        case mustBeFilled
    }

    /// What it does to the tasks that use the table.
    public enum Effect: String, Hashable, Sendable {
        case stops
        /// They go on without the column.
        case switchedOff = "switched off"
    }

    public let table: String
    /// `nil` for a table that is missing.
    public let column: String?
    public let kind: Kind
    public let effect: Effect

    public var description: String {
        let place = table + (column.map { ".\($0)" } ?? "")
        switch kind {
        case .missingTable: return "\(place) is not there"
        case .missingColumn where effect == .switchedOff: return "\(place) is not there and is done without"
        case .missingColumn: return "\(place) is not there"
        case .otherType(let live):
            let own = Schema.table(named: table)?.column(named: column ?? "")?.type.rawValue ?? "another type"
            return "\(place) is \(live), where \(own) belongs"
        case .mustBeFilled: return "\(place) must have a value in every new row, and actpd knows no such column"
        }
    }
}

extension TableDefinition {
    /// In what the live table differs, in the order of our columns.
    ///
    /// A type that reads and writes the same is no difference: `integer` for our `bigint`, `varchar` for our `text`.
    ///
    /// - Parameter live: `nil` when the database has no such table, or hides it.
    public func differences(from live: LiveTable?) -> [SchemaDifference] {
        guard let live else {
            return [SchemaDifference(table: name, column: nil, kind: .missingTable, effect: .stops)]
        }
        let found = Dictionary(live.columns.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        var differences: [SchemaDifference] = []
        for column in columns {
            if let type = found[column.name]?.type {
                guard !column.type.accepts(type) else { continue }
                differences.append(
                    SchemaDifference(table: name, column: column.name, kind: .otherType(type), effect: .stops))
            } else if found[column.name] == nil {
                differences.append(
                    SchemaDifference(
                        table: name, column: column.name, kind: .missingColumn,
                        effect: canDoWithout(column) ? .switchedOff : .stops))
            }
        }
        for column in live.columns where column.isRequired && self.column(named: column.name) == nil {
            differences.append(
                SchemaDifference(table: name, column: column.name, kind: .mustBeFilled, effect: .stops))
        }
        return differences
    }

    /// A column that no data model of the product documents confirms, and that has a value to be taken for it.
    private func canDoWithout(_ column: ColumnDefinition) -> Bool {
        column.evidence != .confirmed && column.neutral != nil && column.name != "id" && !key.contains(column.name)
    }
}

extension ColumnDefinition {
    /// What every row is taken to have where the live table lacks the column; `nil` when nothing can stand for it.
    package var neutral: Cell? {
        if isNullable { return .null }
        if case .constant(let cell) = self.default { return cell }
        return evidence == .inferred && type == .text && references == nil ? .text("") : nil
    }
}

extension ColumnType {
    /// Whether a live column of a PostgreSQL type reads and writes as this one does.
    fileprivate func accepts(_ live: String) -> Bool {
        let live = String(live.prefix { $0 != "(" })
        switch self {
        case .uuid: return ["uuid", "text", "character varying"].contains(live)
        case .text:
            // JSON has texts for them all, enumerations included.
            return !ColumnType.notTexts.contains(live) && !live.hasSuffix("[]")
        case .integer, .bigint: return ColumnType.wholeNumbers.contains(live)
        case .numeric, .double:
            return ColumnType.wholeNumbers.contains(live) || ["numeric", "double precision", "real"].contains(live)
        case .boolean: return live == "boolean"
        case .timestamptz: return ["timestamp with time zone", "timestamp without time zone"].contains(live)
        case .jsonb: return live == "jsonb" || live == "json"
        case .texts: return ["text[]", "character varying[]"].contains(live)
        case .integers: return ColumnType.wholeNumbers.contains { live == $0 + "[]" }
        }
    }

    private static let wholeNumbers: Set<String> = ["smallint", "integer", "bigint", "int32", "int64"]
    private static let notTexts: Set<String> = wholeNumbers.union([
        "numeric", "double precision", "real", "boolean", "jsonb", "json",
    ])
}
