public import Records
public import Time

/// A made business, so that a newcomer sees every agent work with no account anywhere.
///
/// The same seed and instant give the same rows, whatever the machine; writing them again changes nothing, and writing
/// them with a later instant moves the business to the present. Every name, text and figure is invented.
public struct SampleBusiness: Sendable {
    /// Contacts of the business as ``statements()`` makes it.
    public static let contactCount = 500

    let now: Instant
    let seed: UInt64

    /// - Parameter now: the present of the business; what is recent is recent then.
    public init(now: Instant, seed: UInt64 = 1) {
        self.now = now
        self.seed = seed
    }

    /// Writes the whole business in one transaction, by key, so that rows of a real business stay as they are.
    ///
    /// - Returns: the number of rows of each table.
    public func write(to store: Store) async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for statement in statements() { counts[statement.table.name, default: 0] += statement.rows.count }
        try await store.load(SampleBusiness.handingOut(statements()))
        return counts
    }

    /// All rows of the business, in an order that satisfies the references between tables.
    public func statements() -> [InsertStatement] {
        crowd(contacts: SampleBusiness.contactCount) + outreach + content + research
    }

    /// Contacts with their interactions and conversations, any number of them, a few hundred at a time: for benchmarks.
    /// Contact number `i` is the same in a crowd of any size.
    public func crowd(contacts: Int) -> some Sequence<InsertStatement> & Sendable {
        Crowd(business: self, contacts: contacts)
    }

    /// Statements in the form that ``Store/load(_:)`` takes.
    public static func handingOut(
        _ statements: some Sequence<InsertStatement> & Sendable
    ) -> @Sendable () throws -> InsertStatement? {
        let source = StatementSource(statements)
        return { source.next() }
    }

    // MARK: Building blocks

    func random(_ kind: String, _ index: Int) -> SeededRandom { SeededRandom(seed: seed, kind, index) }

    func id(_ kind: String, _ index: Int) -> RowID {
        var random = random("id of \(kind)", index)
        return RowID(using: &random)
    }

    /// So many minutes before the present.
    func ago(minutes: Int) -> Instant { now - .seconds(minutes * 60) }

    /// Drafts as statements of at most a page. A column that only some of them set is NULL in the others.
    static func statements<T>(_ drafts: [Draft<T>]) -> [InsertStatement] {
        let columns = Set(drafts.flatMap(\.cells.keys)).sorted()
        return stride(from: 0, to: drafts.count, by: Store.pageSize).map { start in
            let rows = drafts[start..<min(start + Store.pageSize, drafts.count)].map { draft in
                columns.map { draft.cells[$0] ?? .null }
            }
            return InsertStatement(table: T.definition, columns: columns, rows: rows, conflict: .update)
        }
    }
}
