import Agents
import HTTP
import Services
import Stores
import Time

extension Workplace {
    /// What the tasks of a domain may ask outside; what is not configured is left out.
    func services(of domain: Domain) -> TaskServices {
        var services = TaskServices(model: model(of: domain.rawValue))
        if domain == .outreach { services.messages = directMessages }
        if domain == .creators { services.research = marketResearch }
        return services
    }

    private var marketResearch: (any MarketResearch)? {
        try? MarketResearchClient(
            address: settings[.marketResearchURL] ?? "http://localhost:3106", key: settings.secret(.researchAPIKey),
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
            linkedInToken: settings.secret(.linkedinAuthToken), lock: settings.locations.state + "/outreach.lock",
            client: http)
    }

    /// `nil` without a key.
    func model(of domain: String) -> AnthropicModel? {
        guard let key = settings.secret(.anthropicAPIKey),
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
