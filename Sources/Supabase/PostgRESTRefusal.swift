import HTTP
import JSON
import Records

/// An answer of PostgREST, or of a gateway before it, that is no success.
struct PostgRESTRefusal {
    let status: Int
    /// Of PostgreSQL (`23505`) or PostgREST (`PGRST204`); `nil` when a gateway answered.
    let code: String?
    let message: String
    let hint: String?

    /// Reads tolerantly: newer servers may leave out details and hint, gateways send other JSON, HTML or nothing.
    init(_ response: HTTPResponse) {
        status = response.status
        let body = try? JSON(parsing: response.text)
        code = body?["code"]?.string
        hint = body?["hint"]?.string
        message = body?["message"]?.string ?? body?["msg"]?.string ?? body?["error"]?.string ?? response.text
    }

    /// Which of our errors it is.
    var storeCode: StoreError.Code {
        switch code ?? "" {
        case "23505", "21000": .duplicate
        case "23503": .missingReference
        case "23502": .missingValue
        case "23514", "23P01": .refused
        case "42703", "42P01", "PGRST204", "PGRST205", "PGRST200", "PGRST202": .unknownColumn
        case "25006": .readOnly
        case "53100": .full
        case "42501", "PGRST301", "PGRST302", "PGRST303": .denied
        case "57014", "40001", "40P01", "55P03", "PGRST000", "PGRST001", "PGRST002", "PGRST003": .unavailable
        case let code where ["08", "53", "57"].contains(code.prefix(2)): .unavailable
        case let code where code.hasPrefix("22") && code.count == 5: .refused
        case let code where code.hasPrefix("28") || code.hasPrefix("0L") || code.hasPrefix("0P"): .denied
        case "": storeCodeOfStatus
        default: .failed
        }
    }

    /// What a gateway means, or PostgREST when it gives no code.
    private var storeCodeOfStatus: StoreError.Code {
        switch status {
        case 401, 403: .denied
        case 408, 429, 500, 502, 503, 504, 520...530: .unavailable
        default: .failed
        }
    }

    /// What whoever reads it can do; `nil` where the message says it all.
    func advice(isToken: Bool) -> String? {
        switch code ?? "" {
        case "42703", "PGRST204":
            "the live table differs from what actpd expects; `actpd schema check` lists all differences"
        case "42P01", "PGRST205": "create the table with config/supabase/migrations, or expose its schema to the API"
        case "23514": "a CHECK of the live table allows other values"
        case "42P10":
            "an upsert needs a unique key on exactly these columns; `actpd schema sql` adds it to actpd's own tables, to a shared one its owner must"
        case "21000": "two rows of one statement have the same key"
        case "25006": "the database is read-only: a replica, or the project's disk is full"
        case "42501":
            "the key's role may not do this: SUPABASE_SERVICE_ROLE_KEY must be the service_role or a secret key"
        case "57014": "the statement took longer than the role's limit; ask for less, or add an index"
        case "53300", "PGRST003": "the database has no free connection; later it may work"
        case "PGRST002": "PostgREST is reading the schema; in a moment it will work"
        case "PGRST303": "the key has expired; take a new one from the project's settings"
        case "PGRST103": "fewer rows are there than were asked for"
        case "PGRST106": "the schema is not exposed; add it in the project's API settings"
        default: adviceOfStatus(isToken: isToken)
        }
    }

    private func adviceOfStatus(isToken: Bool) -> String? {
        switch status {
        case 401, 403:
            "check SUPABASE_SERVICE_ROLE_KEY"
                + (isToken ? "" : "; it was sent as a newer key (sb_secret_…), since it is no JSON Web Token")
        case 404: "check SUPABASE_URL"
        case 413: "the rows of one request are too large; write fewer at a time"
        case 414: "the address is too long for the gateway; please report it"
        case 429: "too many requests; later it will work"
        case 500...599: "the trouble is at the service; later it may work"
        default: nil
        }
    }
}

extension StoreError {
    /// A refusal in our words. Row contents are left out: PostgreSQL's `details` are nothing else, and a message may quote a
    /// value at its end.
    init(_ refusal: PostgRESTRefusal, table: String?, asked request: HTTPRequest, isToken: Bool) {
        var message = refusal.message
        if refusal.code?.hasPrefix("22") == true, let quote = message.firstRange(of: ": \"") {
            message = String(message[..<quote.lowerBound])
        }
        if refusal.code == "22003", let start = message.firstRange(of: "value \""),
            let end = message[start.upperBound...].firstRange(of: "\" ")
        {
            message.replaceSubrange(start.lowerBound..<end.upperBound, with: "a value ")
        }
        var detail = message.isEmpty ? "answer without a text" : request.excerpt(message)
        detail += " (\(refusal.status)\(refusal.code.map { ", \($0)" } ?? ""))"
        if let hint = refusal.hint, !hint.isEmpty { detail += ". " + request.excerpt(hint) }
        if let advice = refusal.advice(isToken: isToken) {
            detail += detail.hasSuffix(".") ? " " : ". "; detail += advice
        }
        self.init(refusal.storeCode, table: table, detail)
    }

    /// No answer, or none that is HTTP.
    init(_ error: HTTPError, table: String?) {
        let code: Code =
            switch error.code {
            case .couldNotConnect, .tls, .timedOutUnsent, .timedOut, .connectionLost, .cancelled, .circuitOpen, .status:
                .unavailable
            case .malformedAnswer, .tooLarge: .malformed
            case .badURL, .badRequest, .transport: .failed
            }
        self.init(code, table: table, error.description)
    }
}
