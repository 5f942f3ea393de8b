internal import JSON

/// One request on its way through the stand-in.
struct RESTCall {
    typealias Headers = [(name: String, value: String)]

    let standIn: PostgRESTStandIn
    let role: String
    let method: String
    /// Without the prefix, as in `/notes`.
    let path: String
    let queryText: String
    let body: String
    let preferences: RESTPreferences
    private let headers: Headers

    init(
        _ standIn: PostgRESTStandIn, _ role: String, _ method: String, _ target: String, _ headers: Headers,
        _ body: String
    ) throws {
        let end = target.firstIndex(of: "?") ?? target.endIndex
        let path = String(target[..<end])
        guard path.hasPrefix(standIn.options.prefix) else {
            throw RESTError(404, "", "no Route matched with those values")
        }
        self.standIn = standIn
        self.role = role
        self.method = method
        self.path = String(path.dropFirst(standIn.options.prefix.count))
        queryText = String(target[end...].dropFirst())
        self.headers = headers
        self.body = body
        preferences = try RESTPreferences(headers.filter { $0.name.lowercased() == "prefer" }.map(\.value))
    }

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    // MARK: Which

    func answer(_ connection: PostgresConnection) throws -> PostgRESTStandIn.Response {
        guard ["GET", "HEAD", "POST", "PATCH", "DELETE", "PUT", "OPTIONS"].contains(method) else {
            throw RESTError(405, "PGRST117", "Unsupported HTTP method: \(method)")
        }
        if let profile = header("Accept-Profile") ?? header("Content-Profile"), profile != "public" {
            throw RESTError(
                406, "PGRST106", "Invalid schema: \(profile)", hint: "Only the following schemas are exposed: public")
        }
        if method == "OPTIONS" { return options() }
        let schema = try standIn.schema(connection)
        let name = String(path.dropFirst())
        if name.isEmpty {
            return response(
                200, [("Content-Type", "application/openapi+json; charset=utf-8")], RESTDescription(schema).text)
        }
        if name.hasPrefix("rpc/") { return try call(String(name.dropFirst(4)), schema, connection) }
        guard let table = schema.table(name) else {
            throw RESTError(404, "PGRST205", "Could not find the table 'public.\(name)' in the schema cache")
        }
        switch method {
        case "GET", "HEAD": return try read(table, schema, connection)
        case "POST": return try RESTWriting(self, table, schema).insert(connection)
        case "PUT": return try RESTWriting(self, table, schema).put(connection)
        case "PATCH": return try RESTWriting(self, table, schema).update(connection)
        default: return try RESTWriting(self, table, schema).delete(connection)
        }
    }

    private func options() -> PostgRESTStandIn.Response {
        if header("Origin") != nil {
            return response(
                200,
                [
                    ("Access-Control-Allow-Origin", "*"),
                    ("Access-Control-Allow-Methods", "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD"),
                    ("Access-Control-Max-Age", "86400"),
                ], "")
        }
        return response(
            200,
            [("Access-Control-Allow-Origin", "*"), ("Allow", "OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE")], "")
    }

    // MARK: Reading

    private func read(
        _ table: RESTSchema.Table, _ schema: RESTSchema, _ connection: PostgresConnection
    ) throws -> PostgRESTStandIn.Response {
        var query = try RESTQuery(queryText)
        try cap(&query.own)
        let source = "\"public\".\(RESTSQL.quote(table.name))"
        return try answer(rows: query, connection) { sql, level in
            try sql.select(query.select, from: table, source: source, as: source, query, level: level)
        } schema: {
            schema
        }
    }

    /// Runs a reading statement and answers with its rows, the range of them and their number when it was asked for.
    private func answer(
        rows query: RESTQuery, _ connection: PostgresConnection,
        _ select: (inout RESTSQL, RESTQuery.Level) throws -> String, schema: () -> RESTSchema
    ) throws -> PostgRESTStandIn.Response {
        let format = try format()
        var sql = RESTSQL(schema())
        let text = try select(&sql, query.own)
        let (rows, total) = try transaction(connection) {
            let page = try connection.run("WITH rows AS (\(text)) \(format.sql(from: "rows"))", sql.parameters)
            guard let count = preferences.count else { return (page, Int?.none) }
            var everything = query.own
            (everything.limit, everything.offset, everything.order) = (nil, nil, [])
            var sql = RESTSQL(schema())
            let text = try select(&sql, everything)
            if count == "exact" {
                return (
                    page,
                    try connection.run("SELECT count(*) FROM (\(text)) r", sql.parameters)[0][0].flatMap { Int($0) }
                )
            }
            let plan = try connection.run("EXPLAIN (FORMAT JSON) \(text)", sql.parameters)[0][0] ?? ""
            return (page, (try JSON(parsing: plan)).array?.first?["Plan"]?["Plan Rows"]?.integer.map { Int($0) })
        }
        let count = rows[0][0].flatMap { Int($0) } ?? 0
        let offset = query.own.offset ?? 0
        let range = "\(count == 0 ? "*" : "\(offset)-\(offset + count - 1)")/\(total.map(String.init) ?? "*")"
        if let total, offset > total {
            // The one error that the real server answers like rows.
            let error = RESTError(
                416, "PGRST103", "Requested range not satisfiable",
                details: "An offset of \(offset) was requested, but there are only \(total) rows.")
            return response(
                416, [("Content-Range", range), ("Content-Type", format.contentType)] + preferences.applied(),
                error.body)
        }
        try format.check(count)
        let isPartial = total.map { count < $0 } ?? false
        return response(
            isPartial ? 206 : 200,
            [("Content-Range", range), ("Content-Type", format.contentType)] + preferences.applied(),
            format.isSingular ? String((rows[0][1] ?? "").dropFirst().dropLast()) : rows[0][1] ?? "")
    }

    /// The limits that stand outside of the parameters: the `Range` header and the server's own cap.
    private func cap(_ level: inout RESTQuery.Level) throws {
        if let range = header("Range") {
            let words = range.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            level.offset = words.first ?? nil
            if let last = words.last ?? nil { level.limit = last - (level.offset ?? 0) + 1 }
        }
        if let limit = level.limit, limit < 0 {
            throw RESTError(
                416, "PGRST103", "Requested range not satisfiable",
                details: "Limit should be greater than or equal to zero.")
        }
        if let rowsMax = standIn.options.rowsMax { level.limit = min(level.limit ?? rowsMax, rowsMax) }
    }

    // MARK: Functions

    private func call(
        _ name: String, _ schema: RESTSchema, _ connection: PostgresConnection
    ) throws -> PostgRESTStandIn.Response {
        let known = schema.functions.filter { $0.name == name }
        let sent: [(name: String, value: String)]
        if method == "POST" {
            guard let object = try? JSON(parsing: body).object else { throw RESTError.badBody }
            sent = object.sorted { $0.key < $1.key }.map { ($0.key, $0.value.string ?? $0.value.text) }
        } else {
            let names = Set(known.flatMap { $0.arguments.map(\.name) })
            sent = try RESTQuery(queryText, functionArguments: names).arguments
        }
        guard let function = known.first(where: { Set($0.arguments.map(\.name)) == Set(sent.map(\.name)) }) else {
            let names = sent.map(\.name).joined(separator: ", ")
            throw RESTError(
                404, "PGRST202", "Could not find the function public.\(name)(\(names)) in the schema cache",
                details:
                    "Searched for the function public.\(name) with parameter\(sent.count > 1 ? "s" : "") \(names) or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache."
            )
        }
        var query = try RESTQuery(queryText, functionArguments: Set(sent.map(\.name)))
        try cap(&query.own)
        func invocation(_ sql: inout RESTSQL) -> String {
            let arguments = sent.map { "\(RESTSQL.quote($0.name)) := \(sql.bind($0.value))" }
            return "\"public\".\(RESTSQL.quote(name))(\(arguments.joined(separator: ", ")))"
        }
        guard let table = function.returns.flatMap(schema.table) else {
            var sql = RESTSQL(schema)
            let text = "SELECT to_json(\(invocation(&sql)))"
            let value = try transaction(connection) { try connection.run(text, sql.parameters)[0][0] }
            return response(
                200, [("Content-Range", "0-0/*"), ("Content-Type", "application/json; charset=utf-8")], value ?? "null")
        }
        return try answer(rows: query, connection) { sql, level in
            let source = "\(invocation(&sql)) AS \"\(name)\""
            return try sql.select(query.select, from: table, source: source, as: "\"\(name)\"", query, level: level)
        } schema: {
            schema
        }
    }

    // MARK: -

    /// Everything of a request happens in one transaction, as its role.
    func transaction<Result>(_ connection: PostgresConnection, _ body: () throws -> Result) throws -> Result {
        _ = try connection.run("BEGIN; SET LOCAL ROLE \(role)")
        do {
            let result = try body()
            _ = try connection.run("COMMIT")
            return result
        } catch {
            _ = try? connection.run("ROLLBACK")
            throw error
        }
    }

    func response(_ status: Int, _ headers: [(String, String)], _ body: String) -> PostgRESTStandIn.Response {
        .init(status: status, headers: headers.map { (name: $0.0, value: $0.1) }, body: body)
    }

    func format() throws -> RESTFormat { try RESTFormat(accept: header("Accept")) }
}

/// In which form rows are answered.
struct RESTFormat {
    let contentType: String
    let isSingular: Bool
    private let isCSV: Bool

    init(accept: String?) throws {
        let wanted = (accept ?? "*/*").split(separator: ",").map { $0.split(separator: ";")[0].trimmingPrefix(" ") }
        isSingular = wanted.contains("application/vnd.pgrst.object+json")
        isCSV = wanted.contains("text/csv")
        let isJSON = wanted.contains { ["application/json", "*/*", "application/*"].contains($0) }
        guard isJSON || isSingular || isCSV else {
            throw RESTError(
                406, "PGRST107", "None of these media types are available: \(accept ?? "")")
        }
        contentType =
            isCSV
            ? "text/csv; charset=utf-8"
            : isSingular ? "application/vnd.pgrst.object+json; charset=utf-8" : "application/json; charset=utf-8"
    }

    /// A statement for the number of rows and all of them as one text.
    func sql(from rows: String) -> String {
        guard isCSV else {
            return "SELECT count(r), coalesce(json_agg(r), '[]') FROM (SELECT * FROM \(rows)) r"
        }
        return """
            SELECT count(r), (SELECT coalesce(string_agg(k, ','), '') FROM
                (SELECT json_object_keys(row_to_json(h)) AS k FROM (SELECT * FROM \(rows) LIMIT 1) h) n)
                || E'\\n' || coalesce(string_agg(substring(r::text, 2, length(r::text) - 2), E'\\n'), '')
            FROM (SELECT * FROM \(rows)) r
            """
    }

    func check(_ count: Int) throws {
        guard isSingular, count != 1 else { return }
        throw RESTError(
            406, "PGRST116", "Cannot coerce the result to a single JSON object",
            details: "The result contains \(count) rows")
    }
}

extension RESTError {
    static var badBody: RESTError { RESTError(400, "PGRST102", "Empty or invalid json") }
}
