import Agents
import HTTP
import Services
import Stores
import Time

extension Workplace {
    /// What the tasks of a domain may ask outside; what is not configured is left out.
    func services(of domain: Domain) -> TaskServices { TaskServices(model: model(of: domain.rawValue)) }

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
