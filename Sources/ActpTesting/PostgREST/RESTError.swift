internal import JSON

/// An error as PostgREST answers it.
struct RESTError: Error {
    let status: Int
    let code: String
    let message: String
    var details: String?
    var hint: String?
    var headers: [(String, String)] = []

    init(
        _ status: Int, _ code: String, _ message: String, details: String? = nil, hint: String? = nil,
        headers: [(String, String)] = []
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.hint = hint
        self.headers = headers
    }

    /// PostgreSQL's error with the status that PostgREST gives it.
    init(_ error: PostgresError, isAnonymous: Bool) {
        self.init(
            RESTError.status(of: error.code, isAnonymous: isAnonymous), error.code, error.message,
            details: error.details, hint: error.hint)
        if status == 401 { headers = [("WWW-Authenticate", "Bearer")] }
    }

    var body: String {
        // In PostgREST's order.
        let members = [("code", code), ("details", details), ("hint", hint), ("message", message)]
        return "{" + members.map { "\"\($0)\":\(($1.map(JSON.string) ?? .null).text)" }.joined(separator: ",") + "}"
    }

    private static func status(of code: String, isAnonymous: Bool) -> Int {
        switch code {
        case "23503", "23505": return 409
        case "25006": return 405
        case "21000": return 500
        case "22023": return 400
        case "42501": return isAnonymous ? 401 : 403
        case "42883", "42P01": return 404
        case "42P17", "53400": return 500
        case "P0001": return 400
        default: break
        }
        switch code.prefix(2) {
        case "08", "53": return 503
        case "28", "0L", "0P": return 403
        case "09", "25", "2D", "38", "39", "3B", "40", "54", "55", "57", "58", "F0", "HV", "P0", "XX": return 500
        default: return 400
        }
    }

    static func unknownColumn(_ column: String, of table: String) -> RESTError {
        RESTError(400, "PGRST204", "Could not find the '\(column)' column of '\(table)' in the schema cache")
    }
}
