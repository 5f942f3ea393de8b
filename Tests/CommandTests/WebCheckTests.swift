import ActpTesting
import Testing

/// What `actpd check` says of the HTTP server before anybody calls it.
struct WebCheckTests {
    private func findings(_ installation: Installation, _ http: String, secrets: String = "") async throws -> String {
        try installation.configure("actpd.json", #"{ "http": \#(http) }"#)
        try installation.configure("secrets.env", secrets)
        let finished = try await installation.actpd("check", "--offline")
        #expect(finished.status == 0, "\(finished.error)")
        return finished.output.split(separator: "\n").filter { $0.contains("http  ") }.joined(separator: "\n")
    }

    @Test("nothing while it is off; where it answers when all is well")
    func well() async throws {
        let installation = try Installation()
        #expect(try await findings(installation, "{}").isEmpty)
        let said = try await findings(
            installation, #"{ "socket": "\#(installation.webSocket)" }"#, secrets: WebCaller.secrets)
        #expect(said.contains("ok") && said.contains("answers on TMP/http.sock"), "\(said)")
    }

    @Test("a port that somebody else has, and who has it")
    func takenPort() async throws {
        let port = try ClosedPort(isFull: true)
        let said = try await findings(try Installation(), #"{ "port": \#(port.number) }"#, secrets: WebCaller.secrets)
        #expect(said.contains("port \(port.number) of 127.0.0.1 cannot be had: Address already in use"), "\(said)")
        #expect(said.contains("(held by ") && said.contains(", process "), "\(said)")
        withExtendedLifetime(port) {}
    }

    @Test("a port that answers nobody, tokens that are too short, a socket that cannot be made")
    func mistakes() async throws {
        let installation = try Installation()
        let port = try await findings(installation, #"{ "port": 1 }"#)
        #expect(port.contains("port 1 answers nobody: no tokens are set"), "\(port)")
        let short = try await findings(
            installation, #"{ "port": 1 }"#, secrets: "ACTPD_HTTP_TOKEN_READ=abc\n")
        #expect(short.contains("ACTPD_HTTP_TOKEN_READ has fewer than 20 characters"), "\(short)")
        #expect(!short.contains("abc"))
        let folder = try await findings(installation, #"{ "socket": "/nowhere/at/all/http.sock" }"#)
        #expect(folder.contains("no socket can be made in /nowhere/at/all: No such file"), "\(folder)")
        let long = "/tmp/" + String(repeating: "x", count: 110)
        #expect(try await findings(installation, #"{ "socket": "\#(long)" }"#).contains("too long for a socket"))
    }
}
