public import Configuration

/// The owner's accounts by platform (DI-16).
public struct AccountsSettings: Configurable, Hashable {
    public var twitter = Account("4151", "IsaiahDupree7")
    public var tiktok = Account("710", "isaiah_dupree")
    public var instagram = Account("807", "the_isaiah_dupree")
    public var threads = Account("173", "")
    public var youtube = Account("228", "")
    public var linkedin = Account("571", "")

    public init() {}

    public static let fields: [Field<AccountsSettings>] = [
        Field("twitter", \.twitter, "The account on Twitter; its timeline is read under the handle."),
        Field("tiktok", \.tiktok, "The account on TikTok."),
        Field("instagram", \.instagram, "The account on Instagram."),
        Field("threads", \.threads, "The account on Threads."),
        Field("youtube", \.youtube, "The account on YouTube."),
        Field("linkedin", \.linkedin, "The account on LinkedIn."),
    ]

    /// The account of a platform; `nil` for a platform that is not posted to.
    public subscript(platform: String) -> Account? {
        switch platform {
        case "twitter": twitter
        case "tiktok": tiktok
        case "instagram": instagram
        case "threads": threads
        case "youtube": youtube
        case "linkedin": linkedin
        default: nil
        }
    }

    /// Platform to the account's id at the publishing service, for those that have one.
    public var ids: [String: String] {
        let all = Vocabulary.postingPlatforms.compactMap { platform in self[platform].map { (platform, $0.id) } }
        return Dictionary(uniqueKeysWithValues: all.filter { !$0.1.isEmpty })
    }

    /// One account.
    public struct Account: Configurable, Hashable {
        /// At the publishing service.
        public var id = ""
        /// Without `@`.
        public var handle = ""

        public init() {}

        init(_ id: String, _ handle: String) {
            self.id = id
            self.handle = handle
        }

        public static let fields: [Field<Account>] = [
            Field("id", \.id, "The account's id at the publishing service."),
            Field("handle", \.handle, "Its handle, without @; empty when it does not matter."),
        ]
    }
}

/// How the publishing service is spoken to.
public struct BlotatoSettings: Configurable, Hashable {
    public var form = BlotatoForm.auto

    public init() {}

    public static let fields: [Field<BlotatoSettings>] = [
        Field(
            "form", \.form,
            "The service's form: vendor is the documented one, seed the one this was asked for in; auto asks which it is."
        )
    ]
}

/// Which requests the publishing service understands (K25).
public enum BlotatoForm: String, WordSetting, Hashable {
    /// Asks for the list of accounts, once: whoever has one speaks the vendor's form (readings 16).
    case auto
    case vendor
    case seed
}
