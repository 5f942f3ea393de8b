public import HTTP
internal import JSON
public import Records
internal import Synchronization
internal import Time

/// The tables in Supabase, asked over PostgREST.
///
/// A call is one request, or one for each chunk of a list of values that is too long for an address. Reading may be
/// repeated by the transport; writing only where the same request twice is the same as once.
///
/// Columns that the live tables lack and that can be done without are left out of what is asked (``SchemaDifference``); it
/// is found out by ``checkSchema()``, or when a table refuses.
///
/// What the server cannot do, this cannot either: a change whose condition needs several requests is whole chunk by chunk,
/// and ``load(_:)`` statement by statement.
public final class PostgRESTStore: StoreBackend {
    /// What a request may take: many rows with long texts are several megabytes, and the service's own statement limit is
    /// seconds.
    public static let limits = HTTPRequest.Limits(total: .seconds(60), answerBytes: 64 << 20)

    private let address: SupabaseAddress
    private let client: HTTPClient
    private let limits: HTTPRequest.Limits
    /// The most rows that ever came in one answer: the server's own cap is not lower.
    private let rowsSeen = Mutex(0)
    /// Columns that are done without, by table.
    private let absent = Mutex<[String: Set<String>]>([:])
    private let onSwitchOff: @Sendable ([SchemaDifference]) -> Void

    /// - Parameter onSwitchOff: told when a table refused and is asked without these columns from then on.
    public init(
        _ address: SupabaseAddress, client: HTTPClient, limits: HTTPRequest.Limits = PostgRESTStore.limits,
        onSwitchOff: @escaping @Sendable ([SchemaDifference]) -> Void = { _ in }
    ) {
        self.address = address
        self.client = client
        self.limits = limits
        self.onSwitchOff = onSwitchOff
    }

    // MARK: Columns that are not there

    /// Compares the live tables with our definitions, and from then on does without the columns that can be done without.
    public func checkSchema() async throws(StoreError) -> [SchemaDifference] {
        let live = Dictionary(try await liveTables().map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        let differences = Schema.tables.flatMap { $0.differences(from: live[$0.name]) }
        absent.withLock { absent in
            absent = [:]
            for case let (table, column?) in PostgRESTStore.switchedOff(differences) {
                absent[table, default: []].insert(column)
            }
        }
        return differences
    }

    /// Does the work, and does it once more when a table has refused for a column that can be done without. A statement that
    /// is refused so has changed nothing.
    private func adapting<Result>(
        to table: TableDefinition, _ work: (Set<String>) async throws(StoreError) -> Result
    ) async throws(StoreError) -> Result {
        do {
            return try await work(absent.withLock { $0[table.name] ?? [] })
        } catch {
            guard error.code == .unknownColumn, let columns = await missing(in: table) else { throw error }
            return try await work(columns)
        }
    }

    /// What a table that refused can be asked without; `nil` when it would refuse again.
    private func missing(in table: TableDefinition) async -> Set<String>? {
        guard let live = try? await liveTables([table]).first(where: { $0.name == table.name }) else { return nil }
        let found = table.differences(from: live).filter { $0.effect == .switchedOff }
        let columns = Set(found.compactMap(\.column))
        let news = absent.withLock { absent in
            defer { absent[table.name] = columns }
            return columns.subtracting(absent[table.name] ?? [])
        }
        guard !news.isEmpty else { return nil }
        onSwitchOff(found.filter { news.contains($0.column ?? "") })
        return columns
    }

    private static func switchedOff(_ differences: [SchemaDifference]) -> [(table: String, column: String?)] {
        differences.filter { $0.effect == .switchedOff }.map { ($0.table, $0.column) }
    }

    // MARK: Reading

    public func select(_ statement: SelectStatement) async throws(StoreError) -> [[Cell]] {
        try await adapting(to: statement.table) { absent throws(StoreError) in
            let asked = statement.without(absent)
            return statement.table.widened(
                try await read(asked), read: asked.columns, to: statement.columns)
        }
    }

    private func read(_ statement: SelectStatement) async throws(StoreError) -> [[Cell]] {
        let columns = try PostgRESTStore.columns(statement.columns, of: statement.table)
        var answers: [[[Cell]]] = []
        for part in try PostgRESTRenderer.split(statement) { answers.append(try await answer(to: part, columns)) }
        return try statement.merged(answers)
    }

    /// What one request brings, and what the server cut off: its cap on rows may be lower than our page, and it says nothing
    /// about it. Rows are counted until an answer was as long as the page asked for, which shows that the cap is not lower.
    private func answer(
        to statement: SelectStatement, _ columns: [ColumnDefinition]
    ) async throws(StoreError) -> [[Cell]] {
        let isCounting = statement.limit > rowsSeen.withLock { $0 }
        let response = try await send(PostgRESTRenderer.render(statement, counting: isCounting), about: statement.table)
        let rows = try PostgRESTRows.decode(response.body, columns, of: statement.table)
        rowsSeen.withLock { $0 = max($0, rows.count) }
        guard rows.count < statement.limit, let total = ContentRange(response).total, total > rows.count,
            let last = rows.last
        else { return rows }
        guard let rest = statement.continued(after: last, limit: statement.limit - rows.count) else {
            throw StoreError(
                .malformed, table: statement.table.name,
                "the server sent \(rows.count) of \(total) rows; raise its cap on rows to \(statement.limit)")
        }
        return rows + (try await read(rest))
    }

    // MARK: Writing

    public func insert(_ statement: InsertStatement) async throws(StoreError) {
        try await adapting(to: statement.table) { absent throws(StoreError) in
            try await write(statement.without(absent))
        }
    }

    private func write(_ statement: InsertStatement) async throws(StoreError) {
        guard !statement.rows.isEmpty else { return }
        guard let (first, then) = PostgRESTRenderer.completing(statement) else {
            _ = try await send(PostgRESTRenderer.render(statement), about: statement.table)
            return
        }
        let answer = try await send(first, about: statement.table)
        guard let then else { return }
        let inserted = try PostgRESTRows.count(answer.body, of: statement.table)
        if inserted < statement.rows.count { _ = try await send(then, about: statement.table) }
    }

    public func update(_ statement: UpdateStatement) async throws(StoreError) -> [[Cell]] {
        try await adapting(to: statement.table) { absent throws(StoreError) in
            let asked = statement.without(absent)
            let rows = asked.set.isEmpty ? try await read(asked.selection) : try await change(asked)
            return statement.table.widened(rows, read: asked.returned, to: statement.returned)
        }
    }

    private func change(_ statement: UpdateStatement) async throws(StoreError) -> [[Cell]] {
        let columns = try PostgRESTStore.columns(statement.returned, of: statement.table)
        var rows: [[Cell]] = []
        for request in try PostgRESTRenderer.render(statement) {
            let response = try await send(request, about: statement.table)
            rows += try PostgRESTRows.decode(response.body, columns, of: statement.table)
        }
        return rows
    }

    public func delete(_ statement: DeleteStatement) async throws(StoreError) -> Int {
        try await adapting(to: statement.table) { absent throws(StoreError) in
            try await remove(statement.without(absent))
        }
    }

    private func remove(_ statement: DeleteStatement) async throws(StoreError) -> Int {
        var count = 0
        for request in try PostgRESTRenderer.render(statement) {
            guard let total = ContentRange(try await send(request, about: statement.table)).total else {
                throw StoreError(
                    .malformed, table: statement.table.name, "the rows are deleted, but the server did not say how many"
                )
            }
            count += total
        }
        return count
    }

    public func load(_ next: @escaping @Sendable () throws -> InsertStatement?) async throws {
        var written = 0
        do {
            while let statement = try next() {
                try Task.checkCancellation()
                for part in statement.parts(bytesMax: PostgRESTStore.bodyBytesMax) {
                    // Not without a column: what a file brings is written whole, or refused.
                    try await write(part)
                    written += part.rows.count
                }
            }
        } catch let error as StoreError where written > 0 {
            throw StoreError(
                error.code, table: error.table,
                "\(error.detail) (\(written) rows before it are written: this store has no transaction over several requests; repeat the import)"
            )
        }
    }

    /// How long the rows of one request of ``load(_:)`` are, roughly and at most.
    static let bodyBytesMax = 1 << 20

    // MARK: -

    private func send(
        _ request: PostgRESTRequest, about table: TableDefinition
    ) async throws(StoreError) -> HTTPResponse {
        try await ask(request, about: table.name)
    }

    func ask(_ request: PostgRESTRequest, about table: String?) async throws(StoreError) -> HTTPResponse {
        var headers = address.credentials
        for (name, value) in request.headers { headers.add(name, .shown(value)) }
        let url = address.base.appending(request.table)
            .appending(query: request.query.map { (name: $0.name, value: $0.value) })
        let http = HTTPRequest(
            HTTPRequest.Method(request.method), url, of: SupabaseAddress.service, headers: headers, body: request.body,
            limits: limits, repetition: request.isRepeatable ? .always : .ifUnsent)
        let response: HTTPResponse
        do {
            response = try await client.send(http)
        } catch {
            throw StoreError(error, table: table)
        }
        guard response.isSuccess else {
            throw StoreError(PostgRESTRefusal(response), table: table, asked: http, isToken: address.isToken)
        }
        return response
    }

    private static func columns(
        _ names: [String], of table: TableDefinition
    ) throws(StoreError) -> [ColumnDefinition] {
        var columns: [ColumnDefinition] = []
        for name in names {
            guard let column = table.column(named: name) else {
                throw StoreError(.unknownColumn, table: table.name, "there is no column \(name) in its definition")
            }
            columns.append(column)
        }
        return columns
    }
}

extension HTTPRequest.Method {
    fileprivate init(_ method: PostgRESTRequest.Method) {
        switch method {
        case .get: self = .get
        case .post: self = .post
        case .patch: self = .patch
        case .delete: self = .delete
        }
    }
}

/// The `Content-Range` of an answer: `0-99/1234`, `*/0`, `0-3/*`.
struct ContentRange {
    /// `nil` when the server was not asked to count.
    let total: Int?

    init(_ response: HTTPResponse) {
        total = response.headers["Content-Range"]?.split(separator: "/").last.flatMap { Int($0) }
    }
}
