public import Configuration
import Time

/// The tunables of outreach. How often a contact may be written to decides also when its next touch is due.
public struct OutreachSettings: Configurable, Hashable {
    /// The kill switch: `false` queues and sends nothing.
    public var enabled = true
    /// OU-01.
    public var decision = Rhythm(cooldownDays: 2, perWeek: 3, hours: [13, 17], days: Weekday.workdays)
    /// OU-02.
    public var consideration = Rhythm(cooldownDays: 7, perWeek: 1, hours: [13], days: Weekday.workdays)
    /// OU-03.
    public var awareness = Rhythm(cooldownDays: 14, perWeek: 1, hours: [13], days: [.mon, .tue, .wed])
    public var sendGrace: Duration = .seconds(2 * 3_600)
    public var quietHours = QuietHours()
    /// `platform:handle` to an IANA zone.
    public var zones: [String: String] = [:]
    public var queuePerRun = 1_000
    public var optOut = OptOutWords()
    public var messages = MessageSettings()
    public var limits = SendLimits()

    public init() {}

    public static let fields: [Field<OutreachSettings>] = [
        Field("enabled", \.enabled, "The kill switch: false queues and sends nothing."),
        Field("decision", \.decision, "When contacts in the decision stage may be written to."),
        Field("consideration", \.consideration, "When contacts in the consideration stage may be written to."),
        Field("awareness", \.awareness, "When contacts in the awareness stage may be written to."),
        Field(
            "sendGrace", \.sendGrace, in: .zero...(.seconds(12 * 3_600)),
            "How long after a window a message may still be sent; later it waits for the next window."),
        Field("quietHours", \.quietHours, "Hours on the recipient's clock at which nobody is written to."),
        Field(
            "zones", \.zones,
            "Time zones of recipients, by platform:handle, as in \"instagram:ada\": \"Europe/Berlin\"."),
        Field(
            "queuePerRun", \.queuePerRun, in: 1...1_000, "Messages that one run queues, at most; the best come first."),
        Field("optOut", \.optOut, "Words by which people say that they do not want to be written to."),
        Field("messages", \.messages, "What messages say."),
        Field("limits", \.limits, "How many messages each account sends."),
    ]

    /// The rhythm of a stage (OU-01…OU-03).
    func rhythm(of stage: FunnelStage) -> Rhythm {
        switch stage {
        case .awareness: awareness
        case .consideration: consideration
        case .decision: decision
        }
    }
}

/// A day of the week, as a setting.
public enum Weekday: String, WordSetting, Hashable {
    case sun, mon, tue, wed, thu, fri, sat

    static let workdays: [Weekday] = [.mon, .tue, .wed, .thu, .fri]

    /// The day that is `days` days after 1970-01-01.
    init(daysSinceEpoch days: Int) { self = Weekday.allCases[CivilDate.weekday(daysSinceEpoch: days)] }
}

/// How often, and in which windows, contacts of one stage may be written to (OU-01…OU-03).
public struct Rhythm: Configurable, Hashable {
    public var cooldown: Duration = .seconds(0)
    public var perWeek = 1
    public var hours: [Int] = []
    public var days: [Weekday] = []

    public init() {}

    init(cooldownDays: Int, perWeek: Int, hours: [Int], days: [Weekday]) {
        cooldown = .seconds(cooldownDays * 86_400)
        self.perWeek = perWeek
        self.hours = hours
        self.days = days
    }

    public static let fields: [Field<Rhythm>] = [
        Field("cooldown", \.cooldown, "Time between two touches, at least."),
        Field("perWeek", \.perWeek, in: 0...50, "Touches in any 168 hours, at most."),
        Field("hours", \.hours, "Hours of the day in UTC, 0…23, at which a window of one hour begins."),
        Field("days", \.days, "Days with windows."),
    ]
}

/// Hours on the recipient's clock at which nobody is written to (readings 4).
public struct QuietHours: Configurable, Hashable {
    public var from = 21
    public var to = 8

    public init() {}

    public static let fields: [Field<QuietHours>] = [
        Field("from", \.from, in: 0...23, "The hour at which quiet begins; the same as to: never quiet."),
        Field("to", \.to, in: 0...23, "The hour at which it ends."),
    ]
}

/// How people say that they do not want to be written to (K22, readings 3). Whole words, in any case.
public struct OptOutWords: Configurable, Hashable {
    public var stopWords = [
        "stop", "unsubscribe", "remove me", "leave me alone", "not interested", "no thanks",
        "don't message me", "don't contact me", "don't dm me", "don't email me",
        "dont message me", "dont contact me", "dont dm me", "dont email me",
        "do not message me", "do not contact me", "do not dm me", "do not email me",
    ]
    public var messaging = [
        "message", "messages", "messaging", "contact", "contacts", "contacting", "contacted", "dm", "dms", "outreach",
        "reach out", "write", "writing", "pitch", "pitches", "pitching", "approach", "text", "texts", "texting",
        "follow up",
    ]
    public var email = ["email", "emails", "e-mail", "e-mails", "mail", "mails", "newsletter", "newsletters"]

    public init() {}

    public static let fields: [Field<OptOutWords>] = [
        Field("stopWords", \.stopWords, "Words of a contact's latest message that end all outreach."),
        Field("messaging", \.messaging, "Words of do_not_do that block every message."),
        Field("email", \.email, "Words of do_not_do that block e-mail."),
    ]
}
