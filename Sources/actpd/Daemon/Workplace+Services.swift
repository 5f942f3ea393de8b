import Agents
import Glibc
import HTTP
import Services
import Stores
import Time

extension Workplace {
    /// What the tasks of a domain may ask outside; what is not configured is left out.
    func services(of domain: Domain) -> TaskServices {
        var services = TaskServices(
            model: model(of: domain.rawValue), publisher: clients.publisher, tweets: clients.tweets,
            files: LocalFiles(),
            renders: clients.renders)
        if domain == .outreach { services.messages = directMessages }
        if domain == .creators { services.research = marketResearch }
        return services
    }

    private var marketResearch: (any MarketResearch)? {
        try? MarketResearchClient(
            address: settings[.marketResearchURL] ?? "http://localhost:3106", key: settings.credential(.researchAPIKey),
            client: http)
    }

    /// `nil` when an address is none; `check` says which.
    private var directMessages: (any DirectMessages)? {
        try? DirectMessageClient(
            addresses: [
                .instagram: settings[.dmInstagramURL] ?? "http://localhost:3100",
                .twitter: settings[.dmTwitterURL] ?? "http://localhost:3003",
                .tiktok: settings[.dmTiktokURL] ?? "http://localhost:3102",
                .linkedin: settings[.dmLinkedinURL] ?? "http://localhost:3105",
            ],
            linkedInToken: settings.credential(.linkedinAuthToken), lock: settings.locations.state + "/outreach.lock",
            client: http)
    }

    /// `nil` without a key.
    func model(of domain: String) -> AnthropicModel? {
        guard let key = settings.credential(.anthropicAPIKey),
            let address = try? HTTPURL(settings[.anthropicAPIURL] ?? "https://api.anthropic.com", of: "Anthropic")
        else { return nil }
        let (ledger, time) = (ledger, time)
        return AnthropicModel(
            domain: domain, key: key, baseURL: address, client: http, settings: settings.tunables.claude,
            account: modelAccount
        ) { alert in
            // The notice is remembered as given; a ledger that refuses is told by other ways.
            try? ledger.tell([alert.html], at: time.now())
        }
    }

    /// What models answered and cost.
    var modelAccount: ModelAccount { ModelAccount(ledger.memory(of: ModelAccount.memoryName), time: time) }
}

/// The clients of the services outside, made once: they remember what they found out and let one request through at a time
/// where a service bears no more.
struct ServiceClients: Sendable {
    /// `nil` without its key.
    let publisher: BlotatoClient?
    let tweets: SafariTwitterClient?
    let renders: RenderClient?

    init(_ settings: LoadedSettings, http: HTTPClient) {
        publisher = settings.credential(.blotatoAPIKey).flatMap { key in
            settings.address(.blotatoAPIURL, "https://backend.blotato.com/v2", of: "Blotato").map { address in
                BlotatoClient(
                    key: key, baseURL: address, form: settings.tunables.agents.blotato.form, client: http)
            }
        }
        let token = settings.credential(.safariAPIToken) ?? Credential("test-token-12345")
        tweets = settings.address(.safariTwitterURL, "http://localhost:3007", of: "the Twitter browser").map {
            address in
            SafariTwitterClient(baseURL: address, token: token, client: http)
        }
        let remotion = settings.tunables.agents.remotion
        renders = settings.address(.remotionURL, "http://localhost:3100", of: "the render service").map { address in
            RenderClient(
                baseURL: address, key: settings.credential(.remotionAPIKey), style: remotion.apiStyle,
                outputDirectory: remotion.outputDir, client: http)
        }
    }
}

extension LoadedSettings {
    /// A service's address, or the one it usually has; `nil` when it cannot be used.
    fileprivate func address(_ name: SettingName, _ usual: String, of service: String) -> HTTPURL? {
        try? HTTPURL(self[name] ?? usual, of: service)
    }
}

/// Files of this machine, written with the rights of this process.
struct LocalFiles: FileWriter {
    func write(_ text: String, to path: String) throws(TaskError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        func problem(_ what: String) -> TaskError { TaskError("\(Files.Problem(path, what).description)") }
        guard descriptor >= 0 else { throw problem("cannot be written") }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { throw problem("cannot be written") }
            rest = rest.dropFirst(written)
        }
    }
}
