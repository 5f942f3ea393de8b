/// A database that holds the tables: the embedded one, or PostgREST's. Deep on the inside, four verbs on the outside.
///
/// Every implementation passes the contract suite of the test support. Calls may come from any task; each is atomic, but
/// for ``load(_:)`` and lists of values too long for one request, where the database is behind HTTP.
public protocol StoreBackend: Sendable {
    /// Rows in the statement's order, cells in the order of its columns.
    func select(_ statement: SelectStatement) async throws(StoreError) -> [[Cell]]
    /// Writes all rows or none. Columns left out take their defaults.
    func insert(_ statement: InsertStatement) async throws(StoreError)
    /// The rows that were changed, as they are afterwards, all columns in the table's order. A row that no longer
    /// matches when its turn comes is not changed: this is how a claim is won or lost.
    func update(_ statement: UpdateStatement) async throws(StoreError) -> [[Cell]]
    /// The number of rows deleted.
    func delete(_ statement: DeleteStatement) async throws(StoreError) -> Int
    /// Inserts everything that `next` hands out until it returns `nil`, or nothing: when it throws, when a statement
    /// fails, and when the process dies halfway.
    ///
    /// A database behind HTTP has no transaction over several requests. There each statement is whole or not at all, and
    /// the error says how many rows are in; rows written by key may be written again.
    func load(_ next: @escaping @Sendable () throws -> InsertStatement?) async throws
}
