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

    public init(_ address: SupabaseAddress, client: HTTPClient, limits: HTTPRequest.Limits = PostgRESTStore.limits) {
        self.address = address
        self.client = client
        self.limits = limits
    }

    // MARK: Reading

    public func select(_ statement: SelectStatement) async throws(StoreError) -> [[Cell]] {
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
        return rows + (try await select(rest))
    }

    // MARK: Writing

    public func insert(_ statement: InsertStatement) async throws(StoreError) {
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
        var rows: [[Cell]] = []
        for request in try PostgRESTRenderer.render(statement) {
            let response = try await send(request, about: statement.table)
            rows += try PostgRESTRows.decode(response.body, statement.table.columns, of: statement.table)
        }
        return rows
    }

    public func delete(_ statement: DeleteStatement) async throws(StoreError) -> Int {
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
                    try await insert(part)
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
            throw StoreError(error, table: table.name)
        }
        guard response.isSuccess else {
            throw StoreError(PostgRESTRefusal(response), table: table.name, asked: http, isToken: address.isToken)
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
