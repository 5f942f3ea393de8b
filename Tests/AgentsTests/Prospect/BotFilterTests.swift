import Testing

@testable import Agents

@Suite struct BotFilterTests {
    struct Case: Sendable {
        let name: String?
        let username: String
        let email: String?
        let isBot: Bool

        init(_ name: String?, _ username: String, _ email: String?, _ isBot: Bool) {
            self.name = name
            self.username = username
            self.email = email
            self.isBot = isBot
        }
    }

    static let cases = [
        Case("LinkedIn", "li", nil, true), Case(" linkedin ", "li", nil, true),
        Case("LinkedIn Larry", "larry", nil, false),
        Case(nil, "@Instagram", nil, true), Case(nil, "stripe", nil, true), Case("Stripes", "stripes", nil, false),
        Case("Ada", "ada", "noreply@example.com", true), Case("Ada", "ada", "NO-REPLY@example.com", true),
        Case("Ada", "ada", "donotreply+7@example.com", true), Case("Ada", "ada", "mailer-daemon@example.com", true),
        Case("Ada", "ada", "ada.noreply@example.com", false), Case("Ada", "ada", "ada@linkedin.com", true),
        Case("Ada", "ada", "ada@e.linkedin.com", true), Case("Ada", "ada", "ada@notlinkedin.com", false),
        Case("Ada", "ada", "ada@linkedin.com.example.org", false),
        Case("Ada", "ada", "ship@marketplace.amazon.com", true),
        Case("Ada", "ada", "ada@adobe.com", true), Case("Ada", "ada", "x@mail.instagram.com", true),
        Case("Ada", "ada", "linkedin.com", false), Case("Ada", "ada", "@linkedin.com", false),
        Case("Ada", "ada", "", false), Case(nil, "jobs-noreply@linkedin.com", nil, true),
        Case(nil, "ada@example.com", nil, false), Case("", "ada", nil, false),
    ]

    @Test("bots are told by name, domain and sender, people are not (PR-14, PR-24, readings 10)", arguments: cases)
    func isBot(_ sender: Case) {
        let filter = BotFilter(BotLists())
        #expect(filter.isBot(name: sender.name, username: sender.username, email: sender.email) == sender.isBot)
    }

    @Test("the lists are tunables")
    func tunable() {
        var lists = BotLists()
        lists.names = ["ACME bot"]
        lists.domains = []
        let filter = BotFilter(lists)
        #expect(filter.isBot(name: "acme BOT", username: "a", email: nil))
        #expect(!filter.isBot(name: nil, username: "a", email: "a@linkedin.com"))
    }
}
