import Agents
import Services

extension Finding {
    /// Which form the publishing service speaks, and whether it has the accounts that are set (readings 16, DI-16). Nothing
    /// is posted to find out.
    static func publisher(_ workplace: Workplace, offline: Bool) -> [Finding] {
        let settings = workplace.settings
        guard settings.credential(.blotatoAPIKey) != nil else {
            return [
                Finding(
                    .notable, "blotato",
                    "no BLOTATO_API_KEY: A/B tests are not posted, and videos are published by other programs alone")
            ]
        }
        guard let client = workplace.clients.publisher else {
            return [Finding(.bad, "blotato", "BLOTATO_API_URL is no address that can be used")]
        }
        guard !offline else { return [Finding(.good, "blotato", "there is a key, not asked")] }
        let accounts = settings.tunables.agents.accounts.ids
        do {
            let (form, problems) = try workplace.wait { try await client.describe(accounts: accounts) }
            return [Finding(.good, "blotato", "speaks the \(form)'s form")]
                + problems.map { Finding(.notable, "blotato", $0) }
        } catch {
            return [Finding(.away, "blotato", "\(error)")]
        }
    }
}
