import JSON
import Records
import Testing
import Time

@testable import Agents

@Suite struct ProspectScorerTests {
    private let scorer = ProspectScorer(ProspectSettings(), outreach: OutreachSettings(), now: Bench.noon)

    /// A contact as a store would hand it out.
    private func contact(
        _ platform: String = "twitter", _ fill: (inout Draft<Contacts>) -> Void = { _ in }
    ) throws -> Row<Contacts> {
        let draft = Rows.contact(1, platform, fill)
        return try Row(Contacts.definition.columns.map { draft.cells[$0.name] ?? .null })
    }

    private func card(
        _ platform: String = "twitter", _ fill: (inout Draft<Contacts>) -> Void = { _ in },
        signals: (inout ProspectSignals) -> Void = { _ in }
    ) throws -> ScoreCard {
        var gathered = ProspectSignals()
        signals(&gathered)
        return scorer.card(for: try contact(platform, fill), gathered)
    }

    static let bands: [(Int, FunnelStage)] = [
        (0, .awareness), (30, .awareness), (31, .consideration), (64, .consideration), (65, .decision),
        (100, .decision),
    ]

    @Test("stages are 0–30, 31–64, 65–100 (PR-02)", arguments: bands)
    func stages(_ score: Int, _ stage: FunnelStage) { #expect(scorer.stage(of: score) == stage) }

    @Test("a contact without any signal scores 0")
    func nothing() throws {
        let card = try card()
        #expect(card.score == 0)
        #expect(card.breakdown.isEmpty)
        #expect(card.offerReadiness == 0)
        #expect(card.researchSignals.isEmpty)
    }

    @Test("each signal earns its points, and the breakdown says which (PR-03…PR-11, PR-13)")
    func points() throws {
        let card = try card {
            $0.bio = "Agency owner, Berlin"
            $0.icpScore = 84
        } signals: {
            $0.replyRows = 2
            $0.isTweetAuthor = true
            $0.emailOpened = true
            $0.lastEmailReply = Bench.noon
            $0.platforms = ["twitter", "tiktok"]
            $0.lastWords = "What about PRICING?"
        }
        #expect(
            card.breakdown == [
                "dm_reply": 15, "dm_replies": 10, "twitter_eng": 8, "email_opened": 6, "email_replied": 12,
                "icp_keyword": 10, "multi_platform": 5, "offer_keyword": 15, "icp_fit": 8,
            ])
        #expect(card.score == 89)
        #expect(card.stage == .decision)
        #expect(card.icpFit == 84)
        #expect(card.offerReadiness == 100)
    }

    typealias Rule = (
        name: String, contact: @Sendable (inout Draft<Contacts>) -> Void,
        signals: @Sendable (inout ProspectSignals) -> Void, points: [String: Int]
    )

    static let rules: [Rule] = [
        ("PR-03, PR-04", { _ in }, { $0.replyRows = 1 }, ["dm_reply": 15, "dm_replies": 5]),
        ("PR-03 once, PR-04 each", { _ in }, { $0.replyRows = 3 }, ["dm_reply": 15, "dm_replies": 15]),
        ("PR-05", { _ in }, { $0.isTweetAuthor = true }, ["twitter_eng": 8]),
        ("PR-06", { _ in }, { $0.emailOpened = true }, ["email_opened": 6]),
        ("PR-07", { _ in }, { $0.lastEmailReply = Bench.noon }, ["email_replied": 12]),
        ("PR-08", { $0.bio = "agency" }, { _ in }, ["icp_keyword": 10]),
        ("PR-09", { _ in }, { $0.platforms = ["twitter", "tiktok"] }, ["multi_platform": 5]),
        ("PR-09 needs two", { _ in }, { $0.platforms = ["twitter"] }, [:]),
        ("PR-10", { _ in }, { $0.lastWords = "shall we work together?" }, ["offer_keyword": 15]),
        ("PR-11", { $0.icpScore = 55 }, { _ in }, ["icp_fit": 6]),
        ("PR-12", { _ in }, { $0.lastContact = Bench.noon - .days(15) }, ["decay": -4]),
    ]

    @Test("a signal alone earns its own points and no others (PR-03…PR-13)", arguments: rules.indices)
    func rule(_ index: Int) throws {
        let rule = ProspectScorerTests.rules[index]
        #expect(try card("twitter", rule.contact, signals: rule.signals).breakdown == rule.points, "\(rule.name)")
    }

    @Test("replies are the larger of the CRM's count and the logged rows (readings 8)")
    func replies() throws {
        #expect(
            try card {
                $0.repliesReceived = 3
            } signals: {
                $0.replyRows = 1
            }.breakdown["dm_replies"] == 15)
        #expect(
            try card {
                $0.repliesReceived = 1
            } signals: {
                $0.replyRows = 3
            }.breakdown["dm_replies"] == 15)
        #expect(try card { $0.repliesReceived = -4 }.score == 0)
    }

    @Test("the sum is clamped to 0…100, also for absurd counts (K9)")
    func clamped() throws {
        #expect(try card { $0.repliesReceived = Int(Int32.max) }.score == 100)
        #expect(try card { $0.icpScore = 1e300 }.score == 10)
        #expect(try card { $0.icpScore = -50 }.score == 0)
        #expect(try card(signals: { $0.lastContact = Bench.noon - .days(7_000) }).score == 0)
    }

    static let decay: [(Double, Int)] = [
        (0, 0), (6.999, 0), (7, -2), (13.99, -2), (14, -4), (70, -20), (-3, 0),
    ]

    @Test("two points go for each whole week since the last contact (PR-12, K11)", arguments: decay)
    func decays(_ days: Double, _ points: Int) throws {
        let card = try card(signals: { $0.lastContact = Bench.noon - .seconds(days * 86_400) })
        #expect(card.breakdown["decay"] ?? 0 == points)
    }

    @Test("a contact that never was does not decay (K11)")
    func neverContacted() throws { #expect(try card { $0.icpScore = 50 }.breakdown == ["icp_fit": 5]) }

    static let keywords: [(String?, String?, Bool)] = [
        ("Founder & CTO", nil, true), (nil, "Product-Manager at X", true), ("coaching", nil, false),
        ("I love #automation!", nil, true), ("content creators", nil, false), (nil, nil, false), ("", "", false),
    ]

    @Test("a keyword in bio or headline counts as a whole word, once (PR-08, K12)", arguments: keywords)
    func icpKeyword(_ bio: String?, _ headline: String?, _ isHit: Bool) throws {
        let card = try card {
            $0.bio = bio
            $0.headline = headline
        }
        #expect(card.breakdown["icp_keyword"] == (isHit ? 10 : nil))
    }

    @Test("offer readiness is the reached share of 42 points (K10, readings 11)")
    func offerReadiness() throws {
        #expect(try card(signals: { $0.replyRows = 1 }).offerReadiness == 36)
        #expect(try card(signals: { $0.lastEmailReply = Bench.noon }).offerReadiness == 29)
        #expect(try card(signals: { $0.lastWords = "your cost?" }).offerReadiness == 36)
    }

    static let touches: [(String, String)] = [
        ("gmail", "email"), ("twitter", "twitter"), ("linkedin", "dm"), ("instagram", "dm"), ("email", "email"),
    ]

    @Test("the next touch is by e-mail, on twitter, or a direct message (K10)", arguments: touches)
    func touchType(_ platform: String, _ type: String) throws { #expect(try card(platform).nextTouchType == type) }

    /// Bench.noon is a Monday.
    static let windows: [(Int, outboundDaysAgo: Double?, String)] = [
        (0, nil, "2026-03-02T13:00:00Z"), (0, 13, "2026-03-03T13:00:00Z"), (0, 12, "2026-03-04T13:00:00Z"),
        (0, 11, "2026-03-09T13:00:00Z"), (4, nil, "2026-03-02T13:00:00Z"), (4, 0, "2026-03-09T13:00:00Z"),
        (4, 100, "2026-03-02T13:00:00Z"), (14, 0, "2026-03-04T13:00:00Z"), (14, 1.9, "2026-03-02T17:00:00Z"),
    ]

    @Test(
        "the next touch falls into the stage's first window after its cooldown (OU-01…03, readings 11)",
        arguments: windows)
    func nextTouch(_ replies: Int, outboundDaysAgo: Double?, _ expected: String) throws {
        let last = outboundDaysAgo.map { Bench.noon - .seconds($0 * 86_400) }
        let logged = try card {
            $0.repliesReceived = replies
        } signals: {
            $0.lastOutbound = last
        }
        #expect(logged.nextTouchAt == instant(expected))
        let known = try card {
            $0.repliesReceived = replies
            $0.lastOutboundAt = last
        }
        #expect(known.nextTouchAt == instant(expected), "the CRM's own column counts as well")
    }

    @Test("no windows, no next touch")
    func noWindows() throws {
        var outreach = OutreachSettings()
        outreach.awareness.hours = []
        let scorer = ProspectScorer(ProspectSettings(), outreach: outreach, now: Bench.noon)
        #expect(scorer.card(for: try contact(), ProspectSignals()).nextTouchAt == nil)
    }

    @Test("research signals are an offer word, three exchanges, a fresh e-mail reply, a high fit (PR-15)")
    func researchSignals() throws {
        let all = try card {
            $0.icpScore = 81
        } signals: {
            $0.lastWords = "let us work together"
            $0.recentExchanges = 3
            $0.lastEmailReply = Bench.noon - .days(7)
        }
        #expect(all.researchSignals == ["offer_keyword", "dm_exchanges", "email_reply", "icp_fit"])
        let none = try card {
            $0.icpScore = 80
        } signals: {
            $0.lastWords = "working together"
            $0.recentExchanges = 2
            $0.lastEmailReply = Bench.noon - .days(8)
        }
        #expect(none.researchSignals.isEmpty)
    }
}
