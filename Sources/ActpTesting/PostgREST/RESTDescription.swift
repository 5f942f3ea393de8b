internal import JSON

/// The description of the schema at the root, in Swagger 2.0: what `actpd schema check` reads.
struct RESTDescription {
    private let schema: RESTSchema

    init(_ schema: RESTSchema) { self.schema = schema }

    var text: String {
        var paths: [String: JSON] = ["/": RESTDescription.root]
        for table in schema.tables { paths["/" + table.name] = path(of: table) }
        for function in schema.functions { paths["/rpc/" + function.name] = path(of: function) }
        let kinds = ["application/vnd.pgrst.object+json;nulls=stripped", "application/vnd.pgrst.object+json"]
        let description: JSON = [
            "swagger": "2.0", "host": "localhost:54331", "basePath": "/", "schemes": ["http"],
            "info": ["description": "", "title": "standard public schema", "version": "14.17"],
            "consumes": JSON(["application/json"] + kinds + ["text/csv"]),
            "produces": JSON(["application/json"] + kinds + ["text/csv"]), "paths": .object(paths),
            "definitions": .object(
                Dictionary(uniqueKeysWithValues: schema.tables.map { ($0.name, definition(of: $0)) })),
            "parameters": .object(parameters),
            "externalDocs": [
                "description": "PostgREST Documentation", "url": "https://postgrest.org/en/v14/references/api.html",
            ],
        ]
        return description.text
    }

    private static let root: JSON = [
        "get": [
            "produces": ["application/openapi+json", "application/json"], "responses": ["200": ["description": "OK"]],
            "summary": "OpenAPI description (this document)", "tags": ["Introspection"],
        ]
    ]

    // MARK: Tables

    private func definition(of table: RESTSchema.Table) -> JSON {
        var definition: [String: JSON] = ["type": "object"]
        if let comment = table.comment { definition["description"] = .string(comment) }
        let required = table.columns.filter { !$0.isNullable }.map(\.name)
        if !required.isEmpty { definition["required"] = JSON(required) }
        definition["properties"] = .object(
            Dictionary(uniqueKeysWithValues: table.columns.map { ($0.name, property($0, of: table)) }))
        return .object(definition)
    }

    private func property(_ column: RESTSchema.Column, of table: RESTSchema.Table) -> JSON {
        var property = RESTDescription.type(column.type)
        if !column.enumeration.isEmpty { property["enum"] = JSON(column.enumeration) }
        if let text = column.defaultExpression, !text.contains("nextval(") {
            // A literal without its type; numbers and booleans as what they are.
            let plain = text.firstRange(of: "::").map { String(text[..<$0.lowerBound]) } ?? text
            let isQuoted = plain.hasPrefix("'")
            let parsed = try? JSON(parsing: plain)
            switch (property["type"]?.string, parsed) {
            case ("boolean", let value?), ("integer", let value?), ("number", let value?): property["default"] = value
            case ("string", _): property["default"] = .string(isQuoted ? String(plain.dropFirst().dropLast()) : text)
            default: break
            }
        }
        var notes: [String] = []
        if table.key.contains(column.name) { notes.append("This is a Primary Key.<pk/>") }
        for reference in schema.references where reference.from == table.name && reference.fromColumns == [column.name]
        {
            let other = reference.toColumns.joined(separator: ", ")
            notes.append(
                "This is a Foreign Key to `\(reference.to).\(other)`.<fk table='\(reference.to)' column='\(other)'/>")
        }
        if !notes.isEmpty { property["description"] = .string("Note:\n" + notes.joined(separator: "\n")) }
        return .object(property)
    }

    private static func type(_ name: String) -> [String: JSON] {
        switch name {
        case "smallint", "integer": ["format": "int32", "type": "integer"]
        case "bigint": ["format": "int64", "type": "integer"]
        case "real", "double precision": ["format": .string(name), "type": "number"]
        case "boolean": ["format": "boolean", "type": "boolean"]
        case "json", "jsonb": ["format": .string(name)]
        case let name where name.hasPrefix("numeric"): ["format": "numeric", "type": "number"]
        case let name where name.hasSuffix("[]"):
            [
                "format": .string(name), "type": "array",
                "items": .object(type(String(name.dropLast(2))).filter { $0.key == "type" }),
            ]
        default: ["format": .string(name), "type": "string"]
        }
    }

    // MARK: Paths

    private func path(of table: RESTSchema.Table) -> JSON {
        let filters = table.columns.map { "rowFilter.\(table.name).\($0.name)" }
        func method(_ parameters: [String], _ responses: JSON) -> JSON {
            var method: [String: JSON] = [
                "parameters": .array(parameters.map { ["$ref": .string("#/parameters/" + $0)] }),
                "responses": responses, "tags": [.string(table.name)],
            ]
            if let comment = table.comment { method["summary"] = .string(comment) }
            return .object(method)
        }
        let schema: JSON = ["type": "array", "items": ["$ref": .string("#/definitions/" + table.name)]]
        return [
            "get": method(
                filters + ["select", "order", "range", "rangeUnit", "offset", "limit", "preferCount"],
                ["200": ["description": "OK", "schema": schema], "206": ["description": "Partial Content"]]),
            "post": method(["body.\(table.name)", "select", "preferPost"], ["201": ["description": "Created"]]),
            "delete": method(filters + ["preferReturn"], ["204": ["description": "No Content"]]),
            "patch": method(
                filters + ["body.\(table.name)", "preferReturn"], ["204": ["description": "No Content"]]),
        ]
    }

    private func path(of function: RESTSchema.Function) -> JSON {
        let properties = Dictionary(
            uniqueKeysWithValues: function.arguments.map { ($0.name, JSON.object(RESTDescription.type($0.type))) })
        let inQuery = function.arguments.map { name, type in
            JSON.object(
                RESTDescription.type(type).merging(["in": "query", "name": .string(name), "required": true]) { $1 })
        }
        let body: JSON = [
            "in": "body", "name": "args", "required": true,
            "schema": [
                "type": "object", "properties": .object(properties), "required": JSON(function.arguments.map(\.name)),
            ],
        ]
        func method(_ parameters: [JSON]) -> JSON {
            [
                "parameters": .array(parameters), "responses": ["200": ["description": "OK"]],
                "produces": [
                    "application/json", "application/vnd.pgrst.object+json;nulls=stripped",
                    "application/vnd.pgrst.object+json",
                ],
                "tags": [.string("(rpc) \(function.name)")],
            ]
        }
        return ["get": method(inQuery), "post": method([body, ["$ref": "#/parameters/preferParams"]])]
    }

    private var parameters: [String: JSON] {
        func header(_ name: String, _ description: String, _ values: [String]? = nil) -> JSON {
            parameter(name, description, in: "header", values.map { ["enum": JSON($0)] } ?? [:])
        }
        func parameter(
            _ name: String, _ description: String?, in place: String, _ more: [String: JSON] = ["type": "string"]
        ) -> JSON {
            var parameter: [String: JSON] = ["name": .string(name), "in": .string(place), "required": false]
            if place != "body" { parameter["type"] = "string" }
            parameter["description"] = description.map(JSON.string)
            return .object(parameter.merging(more) { $1 })
        }
        let returns = ["return=representation", "return=minimal", "return=none"]
        var parameters: [String: JSON] = [
            "preferParams": header("Prefer", "Preference"), "preferReturn": header("Prefer", "Preference", returns),
            "preferCount": header("Prefer", "Preference", ["count=none"]),
            "preferPost": header(
                "Prefer", "Preference", returns + ["resolution=ignore-duplicates", "resolution=merge-duplicates"]),
            "select": parameter("select", "Filtering Columns", in: "query"),
            "on_conflict": parameter("on_conflict", "On Conflict", in: "query"),
            "order": parameter("order", "Ordering", in: "query"),
            "range": header("Range", "Limiting and Pagination"),
            "rangeUnit": parameter("Range-Unit", "Limiting and Pagination", in: "header", ["default": "items"]),
            "offset": parameter("offset", "Limiting and Pagination", in: "query"),
            "limit": parameter("limit", "Limiting and Pagination", in: "query"),
        ]
        for table in schema.tables {
            parameters["body.\(table.name)"] = parameter(
                table.name, table.name, in: "body",
                ["schema": ["$ref": .string("#/definitions/" + table.name)]])
            for column in table.columns {
                parameters["rowFilter.\(table.name).\(column.name)"] = parameter(column.name, nil, in: "query")
            }
        }
        return parameters
    }
}
