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
    case store = "ACTPD_STORE"
    case log = "ACTPD_LOG"

    var isSecret: Bool {
        switch self {
        case .supabaseServiceRoleKey, .anthropicAPIKey, .telegramBotToken, .blotatoAPIKey, .researchAPIKey,
            .remotionAPIKey, .safariAPIToken, .linkedinAuthToken:
            true
        default: false
        }
    }

    /// What is wrong with a value, or `nil`. Never repeats a secret.
    func complaint(about value: String) -> String? {
        if rawValue.hasSuffix("_URL"), !value.hasPrefix("http://"), !value.hasPrefix("https://") {
            return "\"\(value)\" is no address; it begins with http:// or https://"
        }
        switch self {
        case .log where LogLevel(rawValue: value) == nil:
            return
                "\"\(value)\" is no log level; allowed are \(LogLevel.allCases.map(\.rawValue).joined(separator: ", "))"
        case .store where value != "supabase" && !value.hasPrefix("sqlite:"):
            return "\"\(value)\" is no store; allowed are supabase and sqlite:PATH"
        default: return nil
        }
    }
}

enum LogLevel: String, CaseIterable, Sendable {
    case debug, info, notice, warning, error
}

/// A value that must not be shown: it prints, mirrors and dumps as a placeholder.
struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The value itself, for the one place that sends it.
    let revealed: String

    var description: String { "(secret)" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: [:]) }
}
