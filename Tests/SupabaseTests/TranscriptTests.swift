import ActpTesting
import Foundation
import JSON
import Testing

/// The stand-in against what a real PostgREST 14 answered, request by request in the recorded order.
@Suite("the stand-in of PostgREST", .enabled(if: PostgresCluster.isInstalled, "\(PostgresCluster.missing)"))
struct TranscriptTests {
    @Test("answers every recorded request as the real server did")
    func transcripts() throws {
        let standIn = try recordedServer()
        var recorded = Normalisation()
        var answered = Normalisation()
        let entries = try Transcript.all()
        #expect(entries.count == 143)
        for entry in entries {
            let answer = standIn.respond(
                to: entry.method, entry.target, headers: entry.headers, body: entry.body ?? "")
            let name: Comment = "\(entry.name)"
            #expect(answer.status == entry.status, name)
            for header in Transcript.comparedHeaders {
                // An address of a row has its id, which is another one every time.
                #expect(
                    answered.normal(answer[header] ?? "") == recorded.normal(entry.answerHeaders[header] ?? ""), name)
            }
            if entry.answerHeaders["Content-Type"]?.hasPrefix("application/openapi") == true, entry.method == "GET" {
                #expect(try JSON(parsing: answer.body) == JSON(parsing: entry.answerBody), name)
            } else {
                #expect(answered.normal(answer.body) == recorded.normal(entry.answerBody), name)
            }
        }
    }

    @Test("a row's id that changed would be noticed")
    func normalisation() {
        var a = Normalisation()
        var b = Normalisation()
        let (one, two) = ("5f884d77-aab3-4902-8e21-21cb0b5d385d", "86babf88-8a3d-4e77-b19a-d40448e1c67c")
        #expect(
            a.normal("\(one) \(one) 2026-11-22T16:53:13.14+00:00")
                == b.normal("\(two) \(two) 2027-01-01T00:00:00.1+00:00"))
        #expect(a.normal("\(one)") != b.normal("\(one)"))
    }

    /// The database of the recordings.
    private func recordedServer() throws -> PostgRESTStandIn {
        let sql = try String(contentsOf: Transcript.file("postgrest-transcripts.sql"), encoding: .utf8)
        var options = PostgRESTStandIn.Options()
        options.roles = [Transcript.token("service_role"): "service_role", Transcript.token("anon"): "anon"]
        return PostgRESTStandIn(try PostgresCluster.shared().database(sql: sql), options: options)
    }
}

/// One recorded exchange.
struct Transcript {
    static let comparedHeaders = ["Content-Range", "Content-Type", "Proxy-Status", "Preference-Applied", "Location"]

    let name: String
    let method: String
    let target: String
    let headers: [(name: String, value: String)]
    let body: String?
    let status: Int
    let answerHeaders: [String: String]
    let answerBody: String

    static func file(_ name: String) throws -> URL {
        try #require(Bundle.module.url(forResource: "Data/" + name, withExtension: nil))
    }

    static func token(_ role: String) -> String { "eyJhbGciOiJIUzI1NiJ9.\(role).signature" }

    static func all() throws -> [Transcript] {
        try String(contentsOf: file("postgrest-transcripts.jsonl"), encoding: .utf8).split(separator: "\n").map {
            line in
            let entry = try JSON(parsing: line)
            let request = try #require(entry["request"])
            let name = try #require(entry["name"]?.string)
            return Transcript(
                name: name, method: try #require(request["method"]?.string),
                target: try #require(request["path"]?.string),
                headers: (request["headers"]?.object ?? [:]).map { header, value in
                    // The recorder blanked the tokens; the one of this exchange was signed with another key.
                    let role = value.string?.contains("role=anon") == true ? "anon" : "service_role"
                    let isForeign = name == "err_jwt_wrong_signature"
                    let text = (value.string ?? "").replacingOccurrences(
                        of: "<jwt role=\(role)>", with: token(isForeign ? "stranger" : role))
                    return (name: header, value: text)
                },
                body: request["body"]?.string, status: Int(try #require(entry["response"]?["status"]?.integer)),
                answerHeaders: Dictionary(
                    (entry["response"]?["headers"]?.array ?? []).compactMap { pair in
                        pair.array.flatMap { $0.count == 2 ? ($0[0].string ?? "", $0[1].string ?? "") : nil }
                    }, uniquingKeysWith: { first, _ in first }),
                answerBody: entry["response"]?["body"]?.string ?? "")
        }
    }
}

/// Replaces what differs from run to run, new ids and times of writing, by the order of their first appearance: so the same
/// id twice is still the same, and another one another.
struct Normalisation {
    private var seen: [String: Int] = [:]

    mutating func normal(_ text: String) -> String {
        let pattern =
            /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d{1,6}\+00(:00)?/
        var result = ""
        var rest = text[...]
        while let match = rest.firstMatch(of: pattern) {
            result += rest[..<match.range.lowerBound]
            let found = String(match.output.0)
            let number = seen[found] ?? seen.count
            seen[found] = number
            result += "‹\(number)›"
            rest = rest[match.range.upperBound...]
        }
        return result + rest
    }
}
