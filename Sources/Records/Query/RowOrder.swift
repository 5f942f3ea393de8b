import Time

/// A statement's order, for stores that have to put an answer together from several.
extension SelectStatement {
    /// The same statement for the rows behind one that was read, by the values of the columns it is ordered by.
    ///
    /// - Returns: `nil` when a column of the order was not read, so that nobody knows where to go on.
    package func continued(after row: [Cell], limit: Int) -> SelectStatement? {
        var alternatives: [Condition] = []
        var equal: [Condition] = []
        for order in order {
            guard let position = columns.firstIndex(of: order.column) else { return nil }
            let value = row[position]
            if value == .null {
                // NULL comes last: nothing follows it but further NULLs.
                equal.append(.isNull(column: order.column))
                continue
            }
            var behind: Condition = .compare(column: order.column, order.descending ? .less : .greater, value)
            if table.column(named: order.column)?.isNullable != false {
                behind = .any([behind, .isNull(column: order.column)])
            }
            alternatives.append(.all(equal + [behind]))
            equal.append(.compare(column: order.column, .equal, value))
        }
        return SelectStatement(
            table: table, columns: columns, condition: .all([condition, .any(alternatives)]), order: self.order,
            limit: limit)
    }

    /// One answer out of the answers to the statement's parts: in its order, cut off at its limit.
    ///
    /// Texts are ordered by their bytes, which is not every database's way. Where rows would have to be left out by such an
    /// order, nobody but the database can say which.
    ///
    /// - Throws: ``StoreError`` with code `failed` in that case.
    package func merged(_ answers: [[[Cell]]]) throws(StoreError) -> [[Cell]] {
        guard answers.count > 1 else { return answers.first ?? [] }
        let keys = order.compactMap { order in columns.firstIndex(of: order.column).map { ($0, order.descending) } }
        let all = answers.joined().sorted { a, b in
            for (position, descending) in keys {
                switch (a[position], b[position]) {
                case (.null, .null): continue
                case (.null, _): return false
                case (_, .null): return true
                case (let x, let y):
                    if x.precedes(y) { return !descending }
                    if y.precedes(x) { return descending }
                }
            }
            return false
        }
        guard all.count > limit else { return all }
        if let text = order.first(where: { table.column(named: $0.column)?.type == .text }) {
            throw StoreError(
                .failed, table: table.name,
                "\(all.count) rows match a list too long for one request, and only the database knows which \(limit) of them come first by \(text.column); ask for fewer values at a time"
            )
        }
        return Array(all.prefix(limit))
    }
}

extension Cell {
    func precedes(_ other: Cell) -> Bool {
        switch (self, other) {
        case (.bool(let a), .bool(let b)): !a && b
        case (.integer(let a), .integer(let b)): a < b
        case (.integer(let a), .number(let b)): Double(a) < b
        case (.number(let a), .integer(let b)): a < Double(b)
        case (.number(let a), .number(let b)): a < b
        case (.text(let a), .text(let b)): a.utf8.lexicographicallyPrecedes(b.utf8)
        case (.instant(let a), .instant(let b)): a < b
        default: false
        }
    }
}
