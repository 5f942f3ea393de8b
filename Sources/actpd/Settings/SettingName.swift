/// The settings that come from the environment, `actpd.env` or the credentials: addresses and secrets.
enum SettingName: String, CaseIterable, Sendable {
    case supabaseURL = "SUPABASE_URL"
    case supabaseServiceRoleKey = "SUPABASE_SERVICE_ROLE_KEY"
    case anthropicAPIKey = "ANTHROPIC_API_KEY"
    case anthropicAPIURL = "ANTHROPIC_API_URL"
    case telegramBotToken = "TELEGRAM_BOT_TOKEN"
    case telegramChatID = "TELEGRAM_CHAT_ID"
    case telegramAPIURL = "TELEGRAM_API_URL"
    case blotatoAPIKey = "BLOTATO_API_KEY"
    case blotatoAPIURL = "BLOTATO_API_URL"
    case marketResearchURL = "MARKET_RESEARCH_URL"
    case researchAPIKey = "RESEARCH_API_KEY"
    case remotionURL = "REMOTION_URL"
    case remotionAPIKey = "REMOTION_API_KEY"
    case safariTwitterURL = "SAFARI_TWITTER_URL"
    case safariAPIToken = "SAFARI_API_TOKEN"
    case dmInstagramURL = "DM_INSTAGRAM_URL"
    case dmTwitterURL = "DM_TWITTER_URL"
    case dmTiktokURL = "DM_TIKTOK_URL"
    case dmLinkedinURL = "DM_LINKEDIN_URL"
    case linkedinAuthToken = "LINKEDIN_AUTH_TOKEN"
    case httpTokenRead = "ACTPD_HTTP_TOKEN_READ"
    case httpTokenRun = "ACTPD_HTTP_TOKEN_RUN"
    case httpTokenAdmin = "ACTPD_HTTP_TOKEN_ADMIN"
    case store = "ACTPD_STORE"
    case log = "ACTPD_LOG"

    var isSecret: Bool {
        switch self {
        case .supabaseServiceRoleKey, .anthropicAPIKey, .telegramBotToken, .blotatoAPIKey, .researchAPIKey,
            .remotionAPIKey, .safariAPIToken, .linkedinAuthToken, .httpTokenRead, .httpTokenRun, .httpTokenAdmin:
            true
        default: false
        }
    }

    /// What is wrong with a value, or `nil`. Repeats only what cannot be a secret that stands in the wrong place.
    func complaint(about value: String) -> String? {
        let shown = SettingName.isWord(value) ? "\"\(value)\"" : "the value"
        if rawValue.hasSuffix("_URL"), !value.hasPrefix("http://"), !value.hasPrefix("https://") {
            return "\(shown) is no address; it begins with http:// or https://"
        }
        switch self {
        case .log where LogLevel(rawValue: value) == nil:
            return "\(shown) is no log level; allowed are \(LogLevel.allCases.map(\.rawValue).joined(separator: ", "))"
        case .store where value != "supabase" && !value.hasPrefix("sqlite:"):
            return "\(shown) is no store; allowed are supabase and sqlite:PATH"
        default: return nil
        }
    }

    /// A short word of small letters is a slip of the pen, not a key.
    private static func isWord(_ value: String) -> Bool {
        value.utf8.count <= 12 && value.utf8.allSatisfy { (97...122).contains($0) }
    }
}

enum LogLevel: String, CaseIterable, Sendable {
    case debug, info, notice, warning, error
}
