/// A column, or a place inside one that holds JSON: `meta->n->>deep`.
struct RESTField {
    var name: String
    /// Each with its arrow, as in `->>k`.
    var path: [(arrow: String, key: String)] = []

    init(_ text: String) {
        let pieces = text.split(separator: "->", omittingEmptySubsequences: false).map(String.init)
        name = RESTField.unquoted(pieces[0])
        for piece in pieces.dropFirst() {
            path.append(
                piece.hasPrefix(">")
                    ? ("->>", RESTField.unquoted(String(piece.dropFirst()))) : ("->", RESTField.unquoted(piece)))
        }
    }

    private static func unquoted(_ text: String) -> String {
        text.count > 1 && text.hasPrefix("\"") && text.hasSuffix("\"") ? String(text.dropFirst().dropLast()) : text
    }
}

/// A condition of the address.
indirect enum RESTCondition {
    case filter(RESTField, RESTOperation)
    case all([RESTCondition], isNegated: Bool)
    case any([RESTCondition], isNegated: Bool)
}

/// What stands behind a column: `not.gte.5`.
struct RESTOperation {
    var isNegated = false
    var name: String
    /// `any` or `all`, with a list for the value.
    var quantifier: String?
    /// The configuration of a text search.
    var language: String?
    var value: String
    /// The values of `in`.
    var list: [String] = []
}

/// An item of `select`.
indirect enum RESTSelected {
    case all
    case field(RESTField, alias: String?, cast: String?)
    case related(name: String, alias: String?, hint: String?, isInner: Bool, [RESTSelected])
}

/// The parameters of an address, understood.
struct RESTQuery {
    struct Order {
        let field: RESTField
        /// `ASC`, `DESC NULLS LAST` …
        let direction: String
    }

    /// Above the table's own: by the name of a related table.
    struct Level {
        var conditions: [RESTCondition] = []
        var order: [Order] = []
        var limit: Int?
        var offset: Int?
    }

    var own = Level()
    var related: [String: Level] = [:]
    var select: [RESTSelected] = [.all]
    var columns: [String]?
    var onConflict: [String]?
    /// What is no filter: the arguments of a function.
    var arguments: [(name: String, value: String)] = []

    /// - Parameter functionArguments: names that are arguments and no filters.
    init(_ query: String, functionArguments: Set<String> = []) throws {
        for (name, value) in RESTQuery.parameters(query) {
            if functionArguments.contains(name) {
                arguments.append((name, value))
                continue
            }
            switch name {
            case "select": select = try RESTParser.select(value)
            case "columns": columns = RESTQuery.names(value)
            case "on_conflict": onConflict = RESTQuery.names(value)
            default:
                // `authors.name=eq.Bob` is about a related table.
                let plain = name.split(separator: "->").first ?? ""
                if let dot = plain.lastIndex(of: "."), !["not.and", "not.or"].contains(String(plain)) {
                    try RESTQuery.read(
                        String(name[name.index(after: dot)...]), value,
                        into: &related[String(plain[..<dot]), default: Level()])
                } else {
                    try RESTQuery.read(name, value, into: &own)
                }
            }
        }
    }

    private static func read(_ name: String, _ value: String, into level: inout Level) throws {
        switch name {
        case "order": level.order = try RESTParser.order(value)
        // What is no number is passed over, as the real server does.
        case "limit": level.limit = Int(value) ?? level.limit
        case "offset": level.offset = Int(value) ?? level.offset
        case "and", "or", "not.and", "not.or":
            level.conditions.append(try RESTParser.logic(name + value))
        default: level.conditions.append(.filter(RESTField(name), try RESTParser.operation(value)))
        }
    }

    private static func names(_ text: String) -> [String] {
        text.split(separator: ",").map { RESTField(String($0)).name }
    }

    static func parameters(_ query: String) -> [(String, String)] {
        query.split(separator: "&").map { pair in
            let end = pair.firstIndex(of: "=") ?? pair.endIndex
            return (decoded(pair[..<end]), decoded(pair[end...].dropFirst()))
        }
    }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
