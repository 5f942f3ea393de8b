public import Configuration
import Time

/// The tunables of lead scoring.
public struct ProspectSettings: Configurable, Hashable {
    public var weights = ScoreWeights()
    public var considerationFrom = 31
    public var decisionFrom = 65
    public var bots = BotLists()
    /// K12: roles and keywords of the offer profiles (CR-05…CR-07), and automation, agency, coach.
    public var icpKeywords = [
        "developer", "agency owner", "solopreneur", "automation", "workflow", "claude", "n8n", "zapier",
        "content creator", "youtuber", "coach", "views", "subscribers", "monetize", "audience", "founder", "cto",
        "product manager", "churn", "mrr", "retention", "growth", "agency",
    ]
    /// PR-15's words, which also earn PR-10's points.
    public var offerKeywords = ["pricing", "cost", "budget", "work together", "services", "hire"]
    public var research = ResearchTriggers()
    public var alertTop = 3
    /// decisions e: who was told of leaves only below this, so that a wobble around the limit is told once.
    public var alertLeaveBelow = 60
    public var alertPause = Duration.seconds(14 * 86_400)

    public init() {}

    public static let fields: [Field<ProspectSettings>] = [
        Field("weights", \.weights, "Points of each signal."),
        Field("considerationFrom", \.considerationFrom, in: 1...100, "The lowest score of the consideration stage."),
        Field("decisionFrom", \.decisionFrom, in: 1...100, "The lowest score of the decision stage and of research."),
        Field("bots", \.bots, "Senders that are no people and get no score."),
        Field("icpKeywords", \.icpKeywords, "Words of a bio or headline that speak for an ideal customer."),
        Field("offerKeywords", \.offerKeywords, "Words of a message that ask for an offer."),
        Field("research", \.research, "What makes a contact worth a brief before others."),
        Field("alertTop", \.alertTop, in: 1...20, "Contacts named in the message about new decision-stage contacts."),
        Field(
            "alertLeaveBelow", \.alertLeaveBelow, in: 0...100,
            "For messages alone, a contact leaves the decision stage only below this score."),
        Field("alertPause", \.alertPause, "After leaving, no message of a new entry for so long."),
    ]

    /// PR-02: awareness 0…30, consideration 31…64, decision 65…100.
    func stage(of score: Int) -> FunnelStage {
        if score >= decisionFrom { return .decision }
        return score >= considerationFrom ? .consideration : .awareness
    }
}

/// Points of the score's signals (PR-03…PR-12).
public struct ScoreWeights: Configurable, Hashable {
    public var firstReply = 15
    public var eachReply = 5
    public var twitterEngagement = 8
    public var emailOpened = 6
    public var emailReplied = 12
    public var icpKeyword = 10
    public var severalPlatforms = 5
    public var offerKeyword = 15
    public var icpFitMax = 10
    public var decayPerWeek = 2

    public init() {}

    public static let fields: [Field<ScoreWeights>] = [
        Field("firstReply", \.firstReply, in: 0...100, "Once, when the contact has replied to a direct message."),
        Field("eachReply", \.eachReply, in: 0...100, "For each reply."),
        Field(
            "twitterEngagement", \.twitterEngagement, in: 0...100,
            "Once, when the contact is an author of scraped tweets."),
        Field("emailOpened", \.emailOpened, in: 0...100, "Once, when an e-mail was opened."),
        Field("emailReplied", \.emailReplied, in: 0...100, "Once, when an e-mail was answered."),
        Field("icpKeyword", \.icpKeyword, in: 0...100, "Once, for a keyword in bio or headline."),
        Field(
            "severalPlatforms", \.severalPlatforms, in: 0...100, "Once, for a contact seen on two platforms or more."),
        Field("offerKeyword", \.offerKeyword, in: 0...100, "Once, for a keyword in the contact's last message."),
        Field("icpFitMax", \.icpFitMax, in: 0...100, "For the CRM's fit of 100; less in proportion."),
        Field("decayPerWeek", \.decayPerWeek, in: 0...100, "Taken off for each whole week since the last contact."),
    ]
}

/// Senders that are no people (PR-14, K12).
public struct BotLists: Configurable, Hashable {
    public var senderPrefixes = [
        "noreply", "no-reply", "no_reply", "no.reply", "donotreply", "do-not-reply", "do_not_reply", "mailer-daemon",
        "postmaster", "notifications", "notification",
    ]
    public var domains = [
        "linkedin.com", "adobe.com", "amazon.com", "instagram.com", "twitter.com", "x.com", "facebook.com",
        "facebookmail.com", "tiktok.com", "youtube.com", "threads.net", "stripe.com",
    ]
    public var names = [
        "LinkedIn", "Twitter", "Instagram", "Stripe", "Facebook", "TikTok", "YouTube", "Threads", "Amazon", "Adobe",
    ]

    public init() {}

    public static let fields: [Field<BotLists>] = [
        Field("senderPrefixes", \.senderPrefixes, "Beginnings of an address's part before the @."),
        Field("domains", \.domains, "Domains of addresses, with their subdomains."),
        Field("names", \.names, "Display names and user names, as a whole."),
    ]
}

/// What sends a decision-stage contact to the front of the research queue (PR-15, K3).
public struct ResearchTriggers: Configurable, Hashable {
    public var exchangesMin = 3
    public var exchangesWithin: Duration = .seconds(14 * 86_400)
    public var emailReplyWithin: Duration = .seconds(7 * 86_400)
    public var icpFitAbove = 80

    public init() {}

    public static let fields: [Field<ResearchTriggers>] = [
        Field("exchangesMin", \.exchangesMin, in: 1...100, "Direct messages exchanged, at least."),
        Field("exchangesWithin", \.exchangesWithin, "How recent these messages must be."),
        Field("emailReplyWithin", \.emailReplyWithin, "How recent an answer by e-mail must be."),
        Field("icpFitAbove", \.icpFitAbove, in: 0...100, "The CRM's fit that must be exceeded."),
    ]
}
