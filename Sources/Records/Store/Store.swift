/// The typed face of a database: rows in, rows out, no SQL and no URL.
public struct Store: Sendable {
    /// Rows read or written in one request, at most. Supabase cuts answers at this number without saying so.
    public static let pageSize = 1_000

    private let backend: any StoreBackend
    /// The tables that may be read and written; `nil`: all.
    private let scope: Scope?

    private struct Scope {
        let owner: String
        let reads: Set<String>
        let writes: Set<String>
    }

    public init(_ backend: any StoreBackend) {
        self.backend = backend
        scope = nil
    }

    private init(_ backend: any StoreBackend, scope: Scope) {
        self.backend = backend
        self.scope = scope
    }

    /// The same database, refusing every table that is not declared. What is written may also be read.
    public func scoped(to owner: String, reads: Set<String>, writes: Set<String>) -> Store {
        Store(backend, scope: Scope(owner: owner, reads: reads.union(writes), writes: writes))
    }

    // MARK: Reading

    public func fetch<T>(_ query: Query<T>) async throws(StoreError) -> [Row<T>] {
        try check(reading: T.definition)
        return try Store.rows(await backend.select(query.statement))
    }

    /// The first row of the query, if any.
    public func first<T>(_ query: Query<T>) async throws(StoreError) -> Row<T>? { try await fetch(query).first }

    /// Hands all matching rows to `body`, at most ``pageSize`` at a time, in the order of the table's paging key; memory
    /// stays that of one page. Rows written meanwhile may or may not be seen; none is seen twice.
    public func eachPage<T>(
        of table: T.Type = T.self, where predicate: Predicate<T> = .always, _ body: ([Row<T>]) async throws -> Void
    ) async throws {
        let columns = T.definition.columns.map(\.name)
        try await eachPage(of: T.definition, columns: columns, where: predicate.condition) { cells in
            try await body(try Store.rows(cells))
        }
    }

    /// One column of all matching rows, read page by page.
    public func values<T: Table, V: ColumnValue>(
        of column: KeyPath<T, Column<V>>, where predicate: Predicate<T> = .always
    ) async throws -> [V] {
        let name = T.columns[keyPath: column].name
        let columns = [name] + T.definition.pagingKey.filter { $0 != name }
        var values: [V] = []
        try await eachPage(of: T.definition, columns: columns, where: predicate.condition) { rows in
            for row in rows {
                guard let first = row.first, let cell = V(first) else {
                    throw StoreError(
                        .malformed, table: T.definition.name, "column \(name) is not \(V.columnType.rawValue)")
                }
                values.append(cell)
            }
        }
        return values
    }

    /// ``eachPage(of:where:_:)`` without types, for export. Cells come in the order of `columns`, which must include the
    /// table's paging key.
    public func eachPage(
        of table: TableDefinition, columns: [String], where condition: Condition = .all([]),
        _ body: ([[Cell]]) async throws -> Void
    ) async throws {
        try check(reading: table)
        let key = table.pagingKey
        let keyPositions = key.compactMap { columns.firstIndex(of: $0) }
        var statement = SelectStatement(
            table: table, columns: columns, condition: condition,
            order: key.map { Order(column: $0, descending: false) }, limit: Store.pageSize)
        while true {
            try Task.checkCancellation()
            let rows = try await backend.select(statement)
            if !rows.isEmpty { try await body(rows) }
            guard rows.count == Store.pageSize, let last = rows.last else { return }
            statement.condition = .all([condition, .after(key: key, values: keyPositions.map { last[$0] })])
        }
    }

    // MARK: Writing

    /// Inserts rows; a key that is there already is settled by `conflict`. Two drafts of one key count as the later one.
    /// More than ``pageSize`` rows are written in several steps, each of them whole or not at all.
    public func insert<T>(_ drafts: [Draft<T>], onConflict conflict: Conflict = .fail) async throws(StoreError) {
        try check(writing: T.definition)
        for statement in InsertStatement.statements(for: drafts, conflict: conflict) {
            try await backend.insert(statement)
        }
    }

    /// Inserts rows or updates the columns that were sent, by the table's key.
    public func upsert<T>(_ drafts: [Draft<T>]) async throws(StoreError) {
        try await insert(drafts, onConflict: .update)
    }

    /// Changes the matching rows and returns them as they are afterwards. No row is not an error: the claim was lost.
    @discardableResult
    public func update<T>(where predicate: Predicate<T>, set draft: Draft<T>) async throws(StoreError) -> [Row<T>] {
        try check(writing: T.definition)
        guard predicate != .always, !draft.cells.isEmpty else {
            throw StoreError(.undeclared, table: T.definition.name, "an update needs a condition and a column")
        }
        let set = draft.cells.sorted { $0.key < $1.key }.map { (column: $0.key, value: $0.value) }
        return try Store.rows(
            await backend.update(UpdateStatement(table: T.definition, set: set, condition: predicate.condition)))
    }

    /// Deletes the matching rows and returns their number.
    @discardableResult
    public func delete<T>(where predicate: Predicate<T>) async throws(StoreError) -> Int {
        try check(writing: T.definition)
        guard predicate != .always else {
            throw StoreError(.undeclared, table: T.definition.name, "a deletion needs a condition")
        }
        return try await backend.delete(DeleteStatement(table: T.definition, condition: predicate.condition))
    }

    /// Inserts all that `next` hands out, or nothing: see ``StoreBackend/load(_:)``.
    public func load(_ next: @escaping @Sendable () throws -> InsertStatement?) async throws {
        try await backend.load(next)
    }

    // MARK: -

    private static func rows<T>(_ cells: [[Cell]]) throws(StoreError) -> [Row<T>] {
        var rows: [Row<T>] = []
        rows.reserveCapacity(cells.count)
        for row in cells { rows.append(try Row(row)) }
        return rows
    }

    private func check(reading table: TableDefinition) throws(StoreError) {
        guard let scope, !scope.reads.contains(table.name) else { return }
        throw StoreError(.undeclared, table: table.name, "\(scope.owner) does not declare that it reads this table")
    }

    private func check(writing table: TableDefinition) throws(StoreError) {
        guard let scope, !scope.writes.contains(table.name) else { return }
        throw StoreError(.undeclared, table: table.name, "\(scope.owner) does not declare that it writes this table")
    }
}

extension Condition {
    /// Rows that come after the given one in the order of the key's columns: `a > x or (a = x and b > y) …`.
    static func after(key: [String], values: [Cell]) -> Condition {
        .any(
            key.indices.map { index in
                .all(
                    (0..<index).map { .compare(column: key[$0], .equal, values[$0]) }
                        + [.compare(column: key[index], .greater, values[index])])
            })
    }
}

extension InsertStatement {
    /// Splits drafts into statements: rows of one set of columns together, no key twice, at most a page each.
    static func statements<T>(for drafts: [Draft<T>], conflict: Conflict) -> [InsertStatement] {
        let table = T.definition
        var groups: [Set<String>: [[String: Cell]]] = [:]
        for cells in conflict == .fail ? drafts.map(\.cells) : lastOfEachKey(drafts.map(\.cells), key: table.key) {
            groups[Set(cells.keys), default: []].append(cells)
        }
        return groups.sorted { $0.key.sorted().lexicographicallyPrecedes($1.key.sorted()) }.flatMap { names, rows in
            let columns = names.sorted()
            return stride(from: 0, to: rows.count, by: Store.pageSize).map { start in
                let page = rows[start..<min(start + Store.pageSize, rows.count)]
                return InsertStatement(
                    table: table, columns: columns, rows: page.map { row in columns.map { row[$0] ?? .null } },
                    conflict: conflict)
            }
        }
    }

    /// PostgreSQL refuses a statement that would touch one row twice, so of equal keys only the last is kept.
    private static func lastOfEachKey(_ rows: [[String: Cell]], key: [String]) -> [[String: Cell]] {
        var positions: [[Cell]: Int] = [:]
        var kept: [[String: Cell]] = []
        for row in rows {
            let values = key.compactMap { row[$0] }
            if values.count == key.count, let position = positions[values] {
                kept[position] = row
            } else {
                positions[values] = kept.count
                kept.append(row)
            }
        }
        return kept
    }
}
