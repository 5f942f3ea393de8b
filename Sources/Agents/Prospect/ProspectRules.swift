import JSON
import Records
import Time

/// The stages of the funnel, as `funnel_stage` holds them (PR-02).
enum FunnelStage: String, CaseIterable, Sendable {
    case awareness, consideration, decision
}

/// A score with all that follows from it: one row of `actp_prospect_scores` without its research.
struct ScoreCard: Hashable, Sendable {
    let score: Int
    let stage: FunnelStage
    /// Signal → points; a signal that is not there earned none (PR-13).
    let breakdown: [String: Int]
    let icpFit: Int
    let offerReadiness: Int
    let nextTouchType: String
    let nextTouchAt: Instant?
    /// PR-15's signals that are present, whatever the score.
    let researchSignals: [String]
}

/// Decides scores. Keywords are folded once, when the value is made.
struct ProspectScorer: Sendable {
    /// Every signal that can have points, as `score_breakdown` names it (PR-03…PR-12).
    static let signals = [
        "dm_reply", "dm_replies", "twitter_eng", "email_opened", "email_replied", "icp_keyword", "multi_platform",
        "offer_keyword", "icp_fit", "decay",
    ]

    private let settings: ProspectSettings
    private let outreach: OutreachSettings
    private let icpKeywords: KeywordIndex
    private let offerKeywords: KeywordIndex
    private let now: Instant

    init(_ settings: ProspectSettings, outreach: OutreachSettings, now: Instant) {
        self.settings = settings
        self.outreach = outreach
        icpKeywords = KeywordIndex(settings.icpKeywords)
        offerKeywords = KeywordIndex(settings.offerKeywords)
        self.now = now
    }

    func card(for contact: Row<Contacts>, _ signals: ProspectSignals) -> ScoreCard {
        let breakdown = breakdown(contact, signals)
        let score = min(max(breakdown.values.reduce(0, +), 0), 100)
        let stage = stage(of: score)
        return ScoreCard(
            score: score, stage: stage, breakdown: breakdown, icpFit: ProspectScorer.icpFit(contact.icpScore),
            offerReadiness: offerReadiness(breakdown), nextTouchType: ProspectScorer.touchType(contact.platform),
            nextTouchAt: nextTouch(stage, contact, signals),
            researchSignals: researchSignals(contact, signals, breakdown))
    }

    func stage(of score: Int) -> FunnelStage { settings.stage(of: score) }

    // MARK: Points

    /// The points of each signal (PR-13). Once each: a reply (PR-03), an engagement on Twitter (PR-05, K8), an opened e-mail
    /// (PR-06, K6), an answered one (PR-07), a keyword in bio or headline (PR-08), several platforms (PR-09), a word that asks
    /// for an offer (PR-10). For each reply (PR-04, K7); in proportion to the CRM's fit (PR-11); less by the week (PR-12).
    private func breakdown(_ contact: Row<Contacts>, _ signals: ProspectSignals) -> [String: Int] {
        let weights = settings.weights
        var points: [String: Int] = [:]
        // The CRM's own count and the logged rows see different parts of the same replies.
        let replies = max(contact.repliesReceived ?? 0, signals.replyRows)
        if replies > 0 {
            points["dm_reply"] = weights.firstReply
            // Beyond a hundred replies the score is 100 anyway; the cap keeps a wild count from overflowing.
            points["dm_replies"] = weights.eachReply * min(replies, 1_000)
        }
        if signals.isTweetAuthor { points["twitter_eng"] = weights.twitterEngagement }
        if signals.emailOpened { points["email_opened"] = weights.emailOpened }
        if signals.lastEmailReply != nil { points["email_replied"] = weights.emailReplied }
        if [contact.bio, contact.headline].contains(where: { $0.map(icpKeywords.isHit) ?? false }) {
            points["icp_keyword"] = weights.icpKeyword
        }
        if signals.platforms.count > 1 { points["multi_platform"] = weights.severalPlatforms }
        if signals.lastWords.map(offerKeywords.isHit) ?? false { points["offer_keyword"] = weights.offerKeyword }
        points["icp_fit"] = ProspectScorer.share(of: weights.icpFitMax, contact.icpScore)
        points["decay"] = -weights.decayPerWeek * wholeWeeks(since: signals.lastContact)
        return points.filter { $0.value != 0 }
    }

    /// PR-11, K9: a tenth of the CRM's fit, rounded, at most 10.
    private static func share(of points: Int, _ icpScore: Double?) -> Int {
        Int((clamped(icpScore) / 100 * Double(points)).rounded())
    }

    /// K10: the CRM's fit, 0 if absent.
    static func icpFit(_ icpScore: Double?) -> Int { Int(clamped(icpScore).rounded()) }

    private static func clamped(_ icpScore: Double?) -> Double {
        guard let icpScore, icpScore.isFinite else { return 0 }
        return min(max(icpScore, 0), 100)
    }

    /// PR-12, K11: partial weeks do not count, nor does a contact that never was, nor one in the future.
    private func wholeWeeks(since lastContact: Instant?) -> Int {
        guard let lastContact, lastContact < now else { return 0 }
        return Int((now - lastContact).microseconds / (7 * 86_400 * 1_000_000))
    }

    /// The share of the points that speak of an offer: its keyword, the first reply, the e-mail reply (K10).
    private func offerReadiness(_ breakdown: [String: Int]) -> Int {
        let weights = settings.weights
        let possible = weights.offerKeyword + weights.firstReply + weights.emailReplied
        guard possible > 0 else { return 0 }
        let reached = ["offer_keyword", "dm_reply", "email_replied"].reduce(0) { $0 + (breakdown[$1] ?? 0) }
        return Int((100 * Double(reached) / Double(possible)).rounded())
    }

    // MARK: Next touch

    /// K10.
    static func touchType(_ platform: String) -> String {
        switch platform {
        case "gmail", "email": "email"
        case "twitter": "twitter"
        default: "dm"
        }
    }

    /// The first window of the stage once the cooldown since our last touch is over.
    private func nextTouch(_ stage: FunnelStage, _ contact: Row<Contacts>, _ signals: ProspectSignals) -> Instant? {
        let rhythm = rhythm(of: stage)
        let lastTouch = [signals.lastOutbound, contact.lastOutboundAt].compactMap(\.self).max()
        return rhythm.nextWindow(from: lastTouch.map { max($0 + rhythm.cooldown, now) } ?? now)
    }

    private func rhythm(of stage: FunnelStage) -> Rhythm {
        switch stage {
        case .awareness: outreach.awareness
        case .consideration: outreach.consideration
        case .decision: outreach.decision
        }
    }

    // MARK: Research

    /// PR-15's four signals; K3: they order the queue, the score alone decides who is in it.
    private func researchSignals(
        _ contact: Row<Contacts>, _ signals: ProspectSignals, _ breakdown: [String: Int]
    ) -> [String] {
        let triggers = settings.research
        var found: [String] = []
        if breakdown["offer_keyword"] != nil || signals.lastWords.map(offerKeywords.isHit) ?? false {
            found.append("offer_keyword")
        }
        if signals.recentExchanges >= triggers.exchangesMin { found.append("dm_exchanges") }
        if let reply = signals.lastEmailReply, reply >= now - triggers.emailReplyWithin { found.append("email_reply") }
        if (contact.icpScore ?? 0) > Double(triggers.icpFitAbove) { found.append("icp_fit") }
        return found
    }
}
