internal import HTTP
import JSON
public import Records

extension PostgRESTStore {
    /// The tables among `tables` as the API shows them now; those that it does not show are left out.
    ///
    /// One request for the API's description of itself. Where that is switched off or kept from the key, one request a
    /// table and one more for each column that is missing, and types stay unknown.
    public func liveTables(_ tables: [TableDefinition] = Schema.tables) async throws(StoreError) -> [LiveTable] {
        if let described = try await description() { return described }
        var live: [LiveTable] = []
        for table in tables {
            if let found = try await probe(table) { live.append(found) }
        }
        return live
    }

    /// `nil` when the API does not describe itself.
    private func description() async throws(StoreError) -> [LiveTable]? {
        let response: HTTPResponse
        do {
            response = try await ask(PostgRESTRequest.description, about: nil)
        } catch {
            // PGRST126, or a gateway that keeps it for other keys: rows may be open to this one all the same.
            if error.code == .denied || error.code == .failed { return nil }
            throw error
        }
        return try APIDescription(response.body).tables
    }

    /// The columns of ours that a table has; `nil` for one that is not there.
    private func probe(_ table: TableDefinition) async throws(StoreError) -> LiveTable? {
        var names = table.columns.map(\.name)
        while !names.isEmpty {
            do {
                _ = try await ask(.probe(table.name, names), about: table.name)
                return LiveTable(table.name, names.map { LiveTable.Column($0, type: nil) })
            } catch {
                guard error.code == .unknownColumn else { throw error }
                // "column crm_contacts.bio does not exist": no column's name is the end of another's here.
                guard let missing = names.first(where: { error.detail.contains("\(table.name).\($0) ") }) else {
                    return nil
                }
                names.removeAll { $0 == missing }
            }
        }
        return LiveTable(table.name, [])
    }
}

/// The root document of the API, Swagger 2.0.
struct APIDescription {
    let tables: [LiveTable]

    /// - Throws: ``StoreError`` with code `malformed`.
    init(_ body: [UInt8]) throws(StoreError) {
        guard let json = try? JSON(parsing: String(decoding: body, as: UTF8.self)),
            let definitions = json["definitions"]?.object
        else {
            throw StoreError(
                .malformed, table: nil, "the API's description of itself is not one; SUPABASE_URL may lead elsewhere")
        }
        tables = definitions.map { name, definition in
            let required = Set((definition["required"]?.array ?? []).compactMap(\.string))
            let properties = definition["properties"]?.object ?? [:]
            return LiveTable(
                name,
                properties.map { name, property in
                    LiveTable.Column(
                        name, type: APIDescription.type(of: property),
                        isRequired: required.contains(name) && APIDescription.lacksDefault(property))
                }.sorted { $0.name < $1.name })
        }.sorted { $0.name < $1.name }
    }

    /// PostgreSQL's name of the type. Whole numbers go by their size there.
    private static func type(of property: JSON) -> String? {
        switch property["format"]?.string {
        case "int16": "smallint"
        case "int32": "integer"
        case "int64": "bigint"
        case let format: format
        }
    }

    /// The document shows the defaults of texts, truth values and broken numbers; those of lists, JSON and sequences not.
    private static func lacksDefault(_ property: JSON) -> Bool {
        property["default"] == nil && ["string", "boolean", "number"].contains(property["type"]?.string)
            && property["description"]?.string?.contains("<pk/>") != true
    }
}
