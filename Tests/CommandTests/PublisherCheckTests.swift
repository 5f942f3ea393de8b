import ActpTesting
import Testing

/// What `actpd check` says of the publishing service: the real program and a stand-in.
struct PublisherCheckTests {
    private static let key = "blotato-key-abcdefghijklmnop="
    private static let accounts = [
        "4151": "twitter", "710": "tiktok", "807": "instagram", "173": "threads", "228": "youtube", "571": "linkedin",
    ]

    private func check(
        _ form: BlotatoStandIn.Form, accounts: [String: String] = accounts, key: String = key,
        arguments: [String] = []
    ) async throws -> (Finished, [StandInServer.Request]) {
        let installation = try Installation()
        let blotato = BlotatoStandIn(key: PublisherCheckTests.key, form: form, accounts: accounts) { _ in "" }
        return try await StandInServer.serve {
            blotato.answer($0)
        } while: { (server: StandInServer) async throws in
            let finished = try await installation.actpd(
                ["check"] + arguments, environment: ["BLOTATO_API_URL": server.url, "BLOTATO_API_KEY": key])
            return (finished, server.record.requests)
        }
    }

    @Test("the vendor's form and its accounts are recognised; --offline asks nothing (readings 16)")
    func vendor() async throws {
        let (finished, requests) = try await check(.vendor)
        #expect(finished.status == 0, "\(finished.output)")
        #expect(finished.output.contains("ok   blotato        speaks the vendor's form"))
        #expect(!finished.output.contains("note blotato"))
        #expect(requests.map(\.method) == ["GET"], "nothing is posted")
        let (offline, none) = try await check(.vendor, arguments: ["--offline"])
        #expect(offline.output.contains("there is a key, not asked") && none.isEmpty)
    }

    @Test("an account that the key does not have is named with its setting (DI-16)")
    func accounts() async throws {
        var others = PublisherCheckTests.accounts
        others["4151"] = nil
        others["9999"] = "twitter"
        let (finished, _) = try await check(.vendor, accounts: others)
        #expect(finished.status == 0)
        #expect(finished.output.contains("no account 4151: on twitter it has 9999; set accounts.twitter.id"))
    }

    @Test("the seed's form is named, with the vendor's address (K25)")
    func seed() async throws {
        let (finished, requests) = try await check(.seed)
        #expect(finished.output.contains("ok   blotato        speaks the seed's form"))
        #expect(finished.output.contains("https://backend.blotato.com/v2 (BLOTATO_API_URL)"))
        #expect(requests.allSatisfy { $0.method == "GET" })
    }

    @Test("a key that is refused is 69, with a reason and without the key")
    func refused() async throws {
        let (finished, _) = try await check(.vendor, key: "blotato-wrong-abcdefghijklmnop=")
        #expect(finished.status == 69 && finished.output.contains("away blotato"), "\(finished.output)")
        #expect(!finished.output.contains("wrong-abc"))
    }
}
