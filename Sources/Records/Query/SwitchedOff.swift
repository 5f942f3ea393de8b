/// Statements for a live table that lacks columns which can be done without: nobody is asked for them, and every row is
/// taken to have the column's ``ColumnDefinition/neutral`` value there.
extension SelectStatement {
    package func without(_ absent: Set<String>) -> SelectStatement {
        SelectStatement(
            table: table, columns: columns.filter { !absent.contains($0) }, condition: condition.without(absent, table),
            order: order.filter { !absent.contains($0.column) }, limit: limit)
    }
}

extension InsertStatement {
    package func without(_ absent: Set<String>) -> InsertStatement {
        let kept = columns.indices.filter { !absent.contains(columns[$0]) }
        guard kept.count < columns.count else { return self }
        return InsertStatement(
            table: table, columns: kept.map { columns[$0] }, rows: rows.map { row in kept.map { row[$0] } },
            conflict: conflict)
    }
}

extension UpdateStatement {
    package func without(_ absent: Set<String>) -> UpdateStatement {
        UpdateStatement(
            table: table, set: set.filter { !absent.contains($0.column) }, condition: condition.without(absent, table),
            returned: returned.filter { !absent.contains($0) })
    }

    /// The statement that reads the rows as the change would return them: for a change of which nothing is left.
    package var selection: SelectStatement {
        SelectStatement(table: table, columns: returned, condition: condition, order: [], limit: Store.pageSize)
    }
}

extension DeleteStatement {
    package func without(_ absent: Set<String>) -> DeleteStatement {
        DeleteStatement(table: table, condition: condition.without(absent, table))
    }
}

extension TableDefinition {
    /// Rows that were read without some of the columns, in the order of `columns` and with what stands for the absent.
    package func widened(_ rows: [[Cell]], read: [String], to columns: [String]) -> [[Cell]] {
        guard read != columns else { return rows }
        let places = columns.map { name in
            (position: read.firstIndex(of: name), neutral: column(named: name)?.neutral ?? .null)
        }
        return rows.map { row in places.map { place in place.position.map { row[$0] } ?? place.neutral } }
    }
}

extension Condition {
    fileprivate func without(_ absent: Set<String>, _ table: TableDefinition) -> Condition {
        guard !columns.isDisjoint(with: absent) else { return self }
        func neutral(_ column: String) -> Cell? {
            absent.contains(column) ? table.column(named: column)?.neutral ?? .null : nil
        }
        func constant(_ isTrue: Bool) -> Condition { isTrue ? .all([]) : .never }
        switch self {
        case .compare(let column, let comparison, let value):
            return neutral(column).map { constant($0.satisfies(comparison, value)) } ?? self
        case .isNull(let column): return neutral(column).map { constant($0 == .null) } ?? self
        case .isNotNull(let column): return neutral(column).map { constant($0 != .null) } ?? self
        case .isOneOf(let column, let values):
            return neutral(column).map { constant($0 != .null && values.contains($0)) } ?? self
        case .all(let conditions): return .all(conditions.map { $0.without(absent, table) })
        case .any(let conditions): return .any(conditions.map { $0.without(absent, table) })
        }
    }
}

extension Cell {
    /// In SQL's sense: nothing compares with NULL.
    fileprivate func satisfies(_ comparison: Comparison, _ value: Cell) -> Bool {
        guard self != .null, value != .null else { return false }
        switch comparison {
        case .equal: return self == value
        case .notEqual: return self != value
        case .less: return precedes(value)
        case .atMost: return !value.precedes(self)
        case .greater: return value.precedes(self)
        case .atLeast: return !precedes(value)
        }
    }
}
