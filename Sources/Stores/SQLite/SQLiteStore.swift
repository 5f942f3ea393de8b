internal import GRDB
import Glibc
public import Records
public import Time

/// The embedded store: all tables in one SQLite file, `actp.db`.
///
/// Write-ahead logging with full synchronisation: what was reported as written survives a power cut. Several processes
/// may have the file open; a writer waits up to 10 s for another.
public final class SQLiteStore: StoreBackend {
    private let queue: DatabaseQueue
    private let time: any TimeSource

    /// Opens the file, creating or migrating it as needed.
    ///
    /// - Throws: ``StoreError`` when the file cannot be opened, is no database, was written by a newer version or lacks a
    ///   column.
    public init(path: String, time: any TimeSource) throws(StoreError) {
        self.time = time
        queue = try SQLiteFile.open(path: path, migrator: StoreMigrations.migrator, patience: 10)
        do {
            try queue.read(StoreMigrations.check)
        } catch {
            throw StoreError(error, table: nil, file: path)
        }
    }

    /// A store that lives as long as this value, for tests.
    public init(inMemoryAt time: any TimeSource) throws(StoreError) {
        self.time = time
        do {
            queue = try DatabaseQueue()
            try StoreMigrations.migrator.migrate(queue)
        } catch {
            throw StoreError(error, table: nil)
        }
    }

    public func select(_ statement: SelectStatement) async throws(StoreError) -> [[Cell]] {
        let sql = SQLRenderer.render(statement)
        let types = statement.columns.map { statement.table.column(named: $0)?.type ?? .text }
        do {
            // Not `read`: the pragma by which that forbids writing has SQLite compile every statement anew. One statement
            // sees one state of the database also by itself.
            return try await queue.unsafeRead { db in
                try SQLiteStore.rows(db.cachedStatement(sql: sql.text), sql.arguments, types)
            }
        } catch {
            throw StoreError(error, table: statement.table.name)
        }
    }

    public func insert(_ statement: InsertStatement) async throws(StoreError) {
        let time = time
        try await perform(on: statement.table) { db in try SQLiteStore.insert(statement, db, time) }
    }

    public func update(_ statement: UpdateStatement) async throws(StoreError) -> [[Cell]] {
        let sql = SQLRenderer.render(statement)
        let types = statement.table.columns.map(\.type)
        return try await perform(on: statement.table) { db in
            try SQLiteStore.rows(db.cachedStatement(sql: sql.text), sql.arguments, types)
        }
    }

    public func delete(_ statement: DeleteStatement) async throws(StoreError) -> Int {
        let sql = SQLRenderer.render(statement)
        return try await perform(on: statement.table) { db in
            try db.execute(sql: sql.text, arguments: StatementArguments(sql.arguments.map(\.databaseValue)))
            return db.changesCount
        }
    }

    public func load(_ next: @escaping @Sendable () throws -> InsertStatement?) async throws {
        let time = time
        do {
            try await queue.write { db in
                while let statement = try next() {
                    try Task.checkCancellation()
                    do {
                        try SQLiteStore.insert(statement, db, time)
                    } catch {
                        throw StoreError(error, table: statement.table.name)
                    }
                }
            }
        } catch let error as DatabaseError {
            throw StoreError(error, table: nil)
        }
    }

    private func perform<Result: Sendable>(
        on table: Records.TableDefinition, _ work: @escaping @Sendable (Database) throws -> Result
    ) async throws(StoreError) -> Result {
        do {
            return try await queue.write { db in try work(db) }
        } catch {
            throw StoreError(error, table: table.name)
        }
    }

    private static func rows(
        _ statement: GRDB.Statement, _ arguments: [Cell], _ types: [ColumnType]
    ) throws -> [[Cell]] {
        statement.setUncheckedArguments(StatementArguments(arguments.map(\.databaseValue)))
        var rows: [[Cell]] = []
        let cursor = try GRDB.Row.fetchCursor(statement)
        let handle = statement.sqliteStatement
        while try cursor.next() != nil {
            rows.append(types.indices.map { Cell(column: Int32($0), of: handle, types[$0]) })
        }
        return rows
    }

    /// Columns that the caller left out and whose default the database cannot know (now, a new id) are filled in here;
    /// an upsert does not touch them in a row that is there already.
    private static func insert(_ statement: InsertStatement, _ db: Database, _ time: any TimeSource) throws {
        let sent = Set(statement.columns)
        let filled = statement.table.columns.filter { column in
            !sent.contains(column.name) && (column.default == .now || column.default == .newID)
        }
        let sql = SQLRenderer.render(statement, columns: statement.columns + filled.map(\.name))
        let prepared = try db.cachedStatement(sql: sql)
        let now = Cell.instant(time.now()).databaseValue
        for row in statement.rows {
            let defaults = filled.map { $0.default == .now ? now : RowID.random().text.databaseValue }
            prepared.setUncheckedArguments(StatementArguments(row.map(\.databaseValue) + defaults))
            try prepared.execute()
        }
    }
}
