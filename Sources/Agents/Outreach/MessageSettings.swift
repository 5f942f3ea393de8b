public import Configuration

/// What messages say, and who gets one of their own.
public struct MessageSettings: Configurable, Hashable {
    /// K13.
    public var generateFromScore = 50
    public var generatedPerRun = 40
    public var lengthMax = MessageLengths()
    public var consideration = TemplateSet(
        dm: [
            "Hi {name}, I keep coming across your work on {niche}. I collect what saves people time there, mistakes "
                + "included. Which part of it eats most of your week?",
            "Hi {name}, a short follow-up on {niche}: I wrote down the three steps that most people do by hand and need "
                + "not. Shall I send you the list?",
            "Hi {name}, last one from me on {niche}. If you could hand over one task in it tomorrow, which would it be?",
        ],
        linkedin: [
            "Hi {name}, your posts on {niche} are among the few that say how things are done. I help people take the "
                + "repetitive part of it off their desk. What would you hand over first?",
            "Hi {name}, a short follow-up on {niche}: I wrote down the three steps that most teams do by hand and need "
                + "not. Would that list be of use to you?",
            "Hi {name}, last one from me on {niche}. Is there a part of it that you would rather not do yourself any more?",
        ],
        email: [
            "Subject: A question about {niche}\n\nHi {name},\n\nyour work on {niche} caught my eye. I help people take the "
                + "repetitive part of it off their desk, and I am curious what yours is.\n\nWhat eats most of your week?",
            "Subject: Three steps in {niche} that need not be done by hand\n\nHi {name},\n\nI wrote down the three steps in "
                + "{niche} that most people do by hand and need not.\n\nShall I send you the list?",
        ])
    public var awareness = TemplateSet(
        dm: [
            "Hi {name}, I enjoy what you share about {niche}. No pitch, only curious: what are you working on these days?",
            "Hi {name}, I came across your work on {niche} again. What was the best thing you learned about it lately?",
        ],
        linkedin: [
            "Hi {name}, I enjoy what you share about {niche}. No pitch, only curious: what are you working on these days?",
            "Hi {name}, I came across your work on {niche} again. What was the best thing you learned about it lately?",
        ],
        email: [
            "Subject: Your work on {niche}\n\nHi {name},\n\nI enjoy what you share about {niche}. No pitch, only curious."
                + "\n\nWhat are you working on these days?"
        ])

    public init() {}

    public static let fields: [Field<MessageSettings>] = [
        Field(
            "generateFromScore", \.generateFromScore, in: 0...100,
            "From this score on, and in the decision stage, a model writes the message."),
        Field(
            "generatedPerRun", \.generatedPerRun, in: 0...500,
            "Messages that a model writes in one run, at most; the rest waits for the next."),
        Field("lengthMax", \.lengthMax, "Characters of a message, at most."),
        Field("consideration", \.consideration, "Templates for the consideration stage, and where no model can write."),
        Field("awareness", \.awareness, "Softer templates for the awareness stage."),
    ]

    func templates(of stage: FunnelStage) -> TemplateSet { stage == .awareness ? awareness : consideration }

    func lengthMax(on platform: OutreachPlatform) -> Int {
        switch platform {
        case .twitter: lengthMax.twitter
        case .gmail: lengthMax.email
        case .instagram, .tiktok, .linkedin: lengthMax.other
        }
    }
}

/// Characters of a message, at most (OU-07).
public struct MessageLengths: Configurable, Hashable {
    public var twitter = 280
    public var other = 600
    public var email = 1_500

    public init() {}

    public static let fields: [Field<MessageLengths>] = [
        Field("twitter", \.twitter, in: 40...10_000, "On Twitter."),
        Field("other", \.other, in: 40...10_000, "On Instagram, TikTok and LinkedIn."),
        Field("email", \.email, in: 40...10_000, "E-mails, the subject included."),
    ]
}

/// Texts with `{name}` and `{niche}` (OU-08). The first one that a contact has not had yet is taken.
public struct TemplateSet: Configurable, Hashable {
    /// Twitter's, and those of Instagram and TikTok (K14).
    public var dm: [String] = []
    public var linkedin: [String] = []
    /// An e-mail begins with a line `Subject: …`.
    public var email: [String] = []

    public init() {}

    init(dm: [String], linkedin: [String], email: [String]) {
        self.dm = dm
        self.linkedin = linkedin
        self.email = email
    }

    public static let fields: [Field<TemplateSet>] = [
        Field("dm", \.dm, "For Twitter, Instagram and TikTok; {name} and {niche} are filled in."),
        Field("linkedin", \.linkedin, "For LinkedIn."),
        Field("email", \.email, "For e-mail; the first line is the subject: \"Subject: …\"."),
    ]

    func texts(on platform: OutreachPlatform) -> [String] {
        switch platform {
        case .twitter, .instagram, .tiktok: dm
        case .linkedin: linkedin
        case .gmail: email
        }
    }
}

/// Messages that each account sends, at most: below what the services themselves allow.
public struct SendLimits: Configurable, Hashable {
    public var instagram = SendLimit(perHour: 10, perDay: 30)
    public var twitter = SendLimit(perHour: 15, perDay: 100)
    public var tiktok = SendLimit(perHour: 10, perDay: 50)
    public var linkedin = SendLimit(perHour: 10, perDay: 50)
    public var gap: Duration = .seconds(20)
    public var runMax: Duration = .seconds(25 * 60)

    public init() {}

    public static let fields: [Field<SendLimits>] = [
        Field("instagram", \.instagram, "On Instagram."),
        Field("twitter", \.twitter, "On Twitter."),
        Field("tiktok", \.tiktok, "On TikTok."),
        Field("linkedin", \.linkedin, "On LinkedIn."),
        Field(
            "gap", \.gap, in: .zero...(.seconds(600)),
            "Pause before each message, up to half as long again by chance; all services drive one browser."),
        Field(
            "runMax", \.runMax, in: .zero...(.seconds(6 * 3_600)),
            "A run begins no further message after this time; three minutes less than the schedule's timeout."),
    ]

    /// `nil` for e-mail, which is sent by hand.
    func limit(on platform: OutreachPlatform) -> SendLimit? {
        switch platform {
        case .instagram: instagram
        case .twitter: twitter
        case .tiktok: tiktok
        case .linkedin: linkedin
        case .gmail: nil
        }
    }
}

/// Messages of one account in any hour and in any 24 hours.
public struct SendLimit: Configurable, Hashable {
    public var perHour = 0
    public var perDay = 0

    public init() {}

    init(perHour: Int, perDay: Int) {
        self.perHour = perHour
        self.perDay = perDay
    }

    public static let fields: [Field<SendLimit>] = [
        Field("perHour", \.perHour, in: 0...1_000, "Messages in any hour, at most; 0: none."),
        Field("perDay", \.perDay, in: 0...10_000, "Messages in any 24 hours, at most; 0: none."),
    ]
}
