import ActpTesting
import HTTP
import Records
import Supabase
import Testing
import Time

/// What the server says when it refuses, in our words.
@Suite("a refusal", .timeLimit(.minutes(5)))
struct RefusalTests {
    struct Refusal: Sendable, CustomStringConvertible {
        let status: Int
        let code: String
        let expected: StoreError.Code
        /// A piece of the text that says what to do.
        let advice: String
        var description: String { "\(status) \(code)" }
    }

    static let refusals: [Refusal] = [
        Refusal(status: 409, code: "23505", expected: .duplicate, advice: "the server's words"),
        Refusal(status: 409, code: "23503", expected: .missingReference, advice: "the server's words"),
        Refusal(status: 400, code: "23502", expected: .missingValue, advice: "the server's words"),
        Refusal(status: 400, code: "23514", expected: .refused, advice: "CHECK"),
        Refusal(status: 400, code: "22P02", expected: .refused, advice: "the server's words"),
        Refusal(status: 400, code: "22003", expected: .refused, advice: "the server's words"),
        Refusal(status: 400, code: "42703", expected: .unknownColumn, advice: "schema check"),
        Refusal(status: 400, code: "PGRST204", expected: .unknownColumn, advice: "schema check"),
        Refusal(status: 404, code: "42P01", expected: .unknownColumn, advice: "migrations"),
        Refusal(status: 404, code: "PGRST205", expected: .unknownColumn, advice: "migrations"),
        Refusal(status: 400, code: "42P10", expected: .failed, advice: "unique key"),
        Refusal(status: 500, code: "21000", expected: .duplicate, advice: "same key"),
        Refusal(status: 401, code: "PGRST301", expected: .denied, advice: "SUPABASE_SERVICE_ROLE_KEY"),
        Refusal(status: 401, code: "PGRST303", expected: .denied, advice: "expired"),
        Refusal(status: 401, code: "", expected: .denied, advice: "SUPABASE_SERVICE_ROLE_KEY"),
        Refusal(status: 403, code: "42501", expected: .denied, advice: "service_role"),
        Refusal(status: 405, code: "25006", expected: .readOnly, advice: "read-only"),
        Refusal(status: 416, code: "PGRST103", expected: .failed, advice: "fewer rows"),
        Refusal(status: 500, code: "57014", expected: .unavailable, advice: "limit"),
        Refusal(status: 500, code: "40001", expected: .unavailable, advice: "later"),
        Refusal(status: 500, code: "40P01", expected: .unavailable, advice: "later"),
        Refusal(status: 503, code: "53300", expected: .unavailable, advice: "connection"),
        Refusal(status: 503, code: "53100", expected: .full, advice: "later"),
        Refusal(status: 503, code: "08006", expected: .unavailable, advice: "later"),
        Refusal(status: 503, code: "PGRST000", expected: .unavailable, advice: "later"),
        Refusal(status: 503, code: "PGRST002", expected: .unavailable, advice: "schema"),
        Refusal(status: 504, code: "PGRST003", expected: .unavailable, advice: "connection"),
        Refusal(status: 406, code: "PGRST106", expected: .failed, advice: "exposed"),
        Refusal(status: 404, code: "", expected: .failed, advice: "SUPABASE_URL"),
        Refusal(status: 414, code: "", expected: .failed, advice: "too long"),
        Refusal(status: 429, code: "", expected: .unavailable, advice: "too many"),
        Refusal(status: 502, code: "", expected: .unavailable, advice: "later"),
        Refusal(status: 500, code: "XX000", expected: .failed, advice: "later"),
    ]

    @Test("has its code, its status and what to do", arguments: refusals)
    func codes(_ refusal: Refusal) async throws {
        let code = refusal.code.isEmpty ? "null" : "\"\(refusal.code)\""
        let error = try #require(
            try await error(
                .json(#"{"code":\#(code),"message":"the server's words"}"#, status: refusal.status)))
        #expect(error.code == refusal.expected)
        #expect(error.table == "crm_contacts")
        #expect(error.detail.contains(refusal.advice), "\(error)")
        #expect(error.detail.contains("\(refusal.status)"), "\(error)")
    }

    @Test("of a gateway is read as it comes: a page, other JSON, nothing")
    func gateways() async throws {
        let page = try #require(
            try await error(.text("<html>\n<h1>502 Bad Gateway</h1>\n</html>", status: 502)))
        #expect(page.code == .unavailable && page.detail.contains("502 Bad Gateway"))
        let empty = try #require(try await error(.status(504)))
        #expect(empty.code == .unavailable && empty.detail.contains("504"))
        let kong = try #require(try await error(.json(#"{"message":"Invalid API key"}"#, status: 401)))
        #expect(kong.code == .denied && kong.detail.contains("Invalid API key"))
    }

    @Test("shows neither the key nor a row")
    func contents() async throws {
        let row = try #require(
            try await error(
                .json(
                    #"""
                    {"code":"23502","details":"Failing row contains (Ann Smith).","hint":null,
                    "message":"null value in column \"username\" of relation \"crm_contacts\" violates not-null constraint"}
                    """#, status: 400)))
        #expect(row.detail.contains("username") && !row.detail.contains("Ann"))
        let value = try #require(
            try await error(
                .json(
                    #"{"code":"22P02","message":"invalid input syntax for type uuid: \"Ann Smith\""}"#, status: 400)))
        #expect(value.detail.contains("type uuid") && !value.detail.contains("Ann"))
        let number = try #require(
            try await error(
                .json(#"{"code":"22003","message":"value \"5550123\" is out of range for type integer"}"#, status: 400))
        )
        #expect(number.detail.contains("a value is out of range") && !number.detail.contains("555"))
        let key = try #require(
            try await error(.json(#"{"message":"no such key: \#(Live.secret)"}"#, status: 401)))
        #expect(!"\(key)".contains(Live.secret))
    }

    @Test("an answer that is no rows is malformed", arguments: ["", "{}", "[1]", "[{}]", "[{\"id\":", "null"])
    func malformed(_ body: String) async throws {
        #expect(try await error(.json(body))?.code == .malformed)
    }

    @Test("no server at all is unavailable, and says where it was looked for")
    func unreachable() async throws {
        let port = try ClosedPort()
        let store = Store(try Live.store("http://127.0.0.1:\(port.number)"))
        do {
            _ = try await store.fetch(Query<Contacts>(limit: 1))
            Issue.record("nobody should have answered")
        } catch {
            #expect(error.code == .unavailable && error.isRetryable)
            #expect(error.detail.contains("127.0.0.1:\(port.number)"))
        }
    }

    private func error(_ answer: Answer) async throws -> StoreError? {
        try await StandInServer.serve { _ in
            answer
        } while: { server in
            do {
                _ = try await Store(Live.store(server.url)).fetch(Query<Contacts>(limit: 1))
                return nil
            } catch let error as StoreError {
                return error
            }
        }
    }
}
