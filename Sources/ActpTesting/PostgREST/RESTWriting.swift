internal import JSON

/// POST, PUT, PATCH and DELETE on a table.
struct RESTWriting {
    private let call: RESTCall
    private let table: RESTSchema.Table
    private let schema: RESTSchema
    private var preferences: RESTPreferences { call.preferences }
    private var source: String { "\"public\".\(RESTSQL.quote(table.name))" }

    init(_ call: RESTCall, _ table: RESTSchema.Table, _ schema: RESTSchema) {
        self.call = call
        self.table = table
        self.schema = schema
    }

    // MARK: Inserting

    func insert(_ connection: PostgresConnection) throws -> PostgRESTStandIn.Response {
        let query = try RESTQuery(call.queryText)
        guard let payload = try? JSON(parsing: call.body) else { throw RESTError.badBody }
        let objects = payload.array ?? [payload]
        let columns = try self.columns(of: objects, named: query.columns)
        let isMerge = preferences.resolution == "merge-duplicates"
        let target = query.onConflict ?? table.key
        var conflict = ""
        if preferences.resolution != nil, !target.isEmpty {
            let updates = columns.map { "\(RESTSQL.quote($0)) = EXCLUDED.\(RESTSQL.quote($0))" }
            conflict =
                " ON CONFLICT (\(target.map(RESTSQL.quote).joined(separator: ", "))) DO "
                + (isMerge && !updates.isEmpty ? "UPDATE SET \(updates.joined(separator: ", "))" : "NOTHING")
        }
        guard !objects.isEmpty else { return try answer(201, [("Content-Range", "*/*")], count: 0, "[]") }
        var sql = RESTSQL(schema)
        let values = try self.values(columns, &sql)
        let names = columns.map(RESTSQL.quote).joined(separator: ", ")
        let insert =
            columns.isEmpty
            ? "INSERT INTO \(source) DEFAULT VALUES\(conflict)"
            : "INSERT INTO \(source) (\(names)) SELECT \(names) FROM \(values)\(conflict)"
        let (count, rows, inserted, key) = try change(insert, &sql, query, connection)
        var headers = [("Content-Range", preferences.count == nil ? "*/*" : "*/\(count)")]
        if preferences.returns == "headers-only" {
            let filter = zip(table.key, key).map { "\($0)=eq.\($1 ?? "")" }.joined(separator: "&")
            headers.append(("Location", "/\(table.name)?\(filter)"))
        }
        return try answer(
            isMerge && inserted == 0 ? 200 : 201, headers, count: count, rows, showsResolution: !conflict.isEmpty)
    }

    func put(_ connection: PostgresConnection) throws -> PostgRESTStandIn.Response {
        guard let payload = try? JSON(parsing: call.body) else { throw RESTError.badBody }
        let columns = try self.columns(of: payload.array ?? [payload], named: nil)
        var sql = RESTSQL(schema)
        let values = try self.values(columns, &sql)
        let names = columns.map(RESTSQL.quote).joined(separator: ", ")
        let updates = columns.map { "\(RESTSQL.quote($0)) = EXCLUDED.\(RESTSQL.quote($0))" }.joined(separator: ", ")
        let key = table.key.map(RESTSQL.quote).joined(separator: ", ")
        let (count, rows, inserted, _) = try change(
            "INSERT INTO \(source) (\(names)) SELECT \(names) FROM \(values) ON CONFLICT (\(key)) DO UPDATE SET \(updates)",
            &sql, try RESTQuery("select=*"), connection)
        return try answer(inserted == 0 ? 200 : 201, [], count: count, rows, whenMinimal: 204)
    }

    /// The columns that a body writes: those of `columns=`, or those that all of its objects have.
    private func columns(of objects: [JSON], named: [String]?) throws -> [String] {
        let keys = try objects.map { object in
            guard let members = object.object else { throw RESTError.badBody }
            return Set(members.keys)
        }
        if named == nil, Set(keys).count > 1 { throw RESTError(400, "PGRST102", "All object keys must match") }
        let columns = named ?? (keys.first ?? []).sorted()
        if let unknown = columns.first(where: { table.column($0) == nil }) {
            throw RESTError.unknownColumn(unknown, of: table.name)
        }
        return columns
    }

    /// The body's objects as rows with the columns' types.
    private func values(_ columns: [String], _ sql: inout RESTSQL) throws -> String {
        guard !columns.isEmpty else { return "" }
        let types = columns.map { "\(RESTSQL.quote($0)) \(table.column($0)?.type ?? "text")" }.joined(separator: ", ")
        let body = call.body.drop(while: \.isWhitespace).hasPrefix("[") ? call.body : "[\(call.body)]"
        guard preferences.isMissingDefault else {
            return "json_to_recordset(\(sql.bind(body))::json) AS _(\(types))"
        }
        let defaults = columns.compactMap { column in
            table.column(column)?.defaultExpression.map { "\(RESTSQL.literal(column)), \($0)" }
        }
        return """
            jsonb_to_recordset((SELECT jsonb_agg(jsonb_build_object(\(defaults.joined(separator: ", "))) || element)
                FROM jsonb_array_elements(\(sql.bind(body))::jsonb) AS element)) AS _(\(types))
            """
    }

    // MARK: Changing

    func update(_ connection: PostgresConnection) throws -> PostgRESTStandIn.Response {
        let query = try RESTQuery(call.queryText)
        guard let payload = try? JSON(parsing: call.body) else { throw RESTError.badBody }
        let columns = try self.columns(of: payload.array ?? [payload], named: query.columns)
        var count = 0
        var rows = "[]"
        if !columns.isEmpty {
            var sql = RESTSQL(schema)
            let values = try self.values(columns, &sql)
            let set = columns.map { "\(RESTSQL.quote($0)) = body.\(RESTSQL.quote($0))" }.joined(separator: ", ")
            let filter = try sql.filter(query.own.conditions, of: source)
            let update = "UPDATE \(source) SET \(set) FROM (SELECT * FROM \(values)) body\(filter)"
            (count, rows, _, _) = try change(update, &sql, query, connection)
        }
        let total = preferences.count == nil ? "*" : "\(count)"
        return try answer(
            200, [("Content-Range", count == 0 ? "*/\(total)" : "0-\(count - 1)/\(total)")], count: count, rows,
            whenMinimal: 204)
    }

    func delete(_ connection: PostgresConnection) throws -> PostgRESTStandIn.Response {
        let query = try RESTQuery(call.queryText)
        var sql = RESTSQL(schema)
        let filter = try sql.filter(query.own.conditions, of: source)
        let (count, rows, _, _) = try change("DELETE FROM \(source)\(filter)", &sql, query, connection)
        let total = preferences.count == nil ? "*" : "\(count)"
        return try answer(200, [("Content-Range", "*/\(total)")], count: count, rows, whenMinimal: 204)
    }

    // MARK: -

    /// Runs a change: how many rows it touched, the rows as asked for, how many of them are new, the key of the first.
    private func change(
        _ change: String, _ sql: inout RESTSQL, _ query: RESTQuery, _ connection: PostgresConnection
    ) throws -> (count: Int, rows: String, inserted: Int, key: [String?]) {
        let format = try call.format()
        var level = RESTQuery.Level()
        level.order = query.own.order
        let select = try sql.select(
            query.select, from: table, source: "changed AS \(RESTSQL.quote(table.name))",
            as: RESTSQL.quote(table.name), query, level: level)
        let key = table.key.map { "(SELECT \(RESTSQL.quote($0))::text FROM changed LIMIT 1)" }
        let columns = table.columns.map { RESTSQL.quote($0.name) }.joined(separator: ", ")
        // Of the system's columns, only that of a row just inserted is zero.
        let text = """
            WITH written AS (\(change) RETURNING \(source).*, (\(source).xmax = 0) AS "is inserted"),
                changed AS (SELECT \(columns) FROM written), answer AS (\(select))
            SELECT a.*, (SELECT count(*) FROM written WHERE "is inserted"), \((key + ["NULL"]).joined(separator: ", "))
            FROM (\(preferences.returns == "representation" ? format.sql(from: "answer") : RESTWriting.countOnly)) a
            """
        return try call.transaction(connection) {
            let row = try connection.run(text, sql.parameters)[0]
            let count = row[0].flatMap { Int($0) } ?? 0
            if let limit = preferences.affectedMax, count > limit {
                throw RESTError(
                    400, "PGRST124", "Query result exceeds max-affected preference constraint",
                    details: "The query affects \(count) rows")
            }
            if preferences.returns == "representation" { try format.check(count) }
            return (count, row[1] ?? "", row[2].flatMap { Int($0) } ?? 0, Array(row[3...].prefix(table.key.count)))
        }
    }

    private static let countOnly = "SELECT count(*), ''::text FROM written"

    private func answer(
        _ status: Int, _ headers: [(String, String)], count: Int, _ rows: String, whenMinimal: Int? = nil,
        showsResolution: Bool = false
    ) throws -> PostgRESTStandIn.Response {
        let applied = preferences.applied(resolution: showsResolution)
        guard preferences.returns == "representation" else {
            return call.response(whenMinimal ?? status, headers + applied, "")
        }
        let format = try call.format()
        return call.response(
            status, headers + applied + [("Content-Type", format.contentType)],
            format.isSingular ? String(rows.dropFirst().dropLast()) : rows)
    }
}
