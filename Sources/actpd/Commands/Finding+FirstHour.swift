import Glibc
import Systemd

extension Finding {
    /// What is still to be filled in, in the order in which it is worth doing, and what commonly goes wrong with it.
    /// Nothing of it keeps the daemon from starting.
    static func firstHour(_ settings: LoadedSettings) -> [Finding] {
        messages(settings) + secretsMode(settings) + sharedAddresses(settings) + unit
    }

    private static func messages(_ settings: LoadedSettings) -> [Finding] {
        let (token, chat) = (settings.credential(.telegramBotToken), settings[.telegramChatID])
        let folder = settings.locations.configuration
        let test = "then actpd alert test; until then messages to the owner are lines of the log"
        switch (token, chat) {
        case (nil, nil):
            return [
                Finding(
                    .notable, "telegram",
                    "not set up: TELEGRAM_BOT_TOKEN in \(folder)/secrets.env, TELEGRAM_CHAT_ID in \(folder)/actpd.env, \(test)"
                )
            ]
        case (nil, _):
            return [Finding(.notable, "telegram", "TELEGRAM_BOT_TOKEN is missing in \(folder)/secrets.env, \(test)")]
        case (_, nil):
            return [Finding(.notable, "telegram", "TELEGRAM_CHAT_ID is missing in \(folder)/actpd.env, \(test)")]
        case (_, let chat?):
            // A supergroup's id is -100 and ten digits; copied without its sign it is nobody's.
            guard chat.hasPrefix("100"), chat.utf8.count == 13 else { return [] }
            return [
                Finding(
                    .notable, "telegram",
                    "TELEGRAM_CHAT_ID looks like a group's, whose ids begin with a minus sign: -\(chat)")
            ]
        }
    }

    private static func secretsMode(_ settings: LoadedSettings) -> [Finding] {
        guard let path = settings.locations.secrets else { return [] }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o044 != 0 else { return [] }
        return [Finding(.notable, "secrets", "\(path) can be read by others than its owner: chmod 600 \(path)")]
    }

    /// Two programs cannot listen at one address, so one of the two is not the one that is meant.
    private static func sharedAddresses(_ settings: LoadedSettings) -> [Finding] {
        let named = SettingName.allCases.filter { $0.rawValue.hasSuffix("_URL") }
            .compactMap { name in settings[name].map { (name: name.rawValue, address: $0) } }
        return Dictionary(grouping: named, by: \.address).values.filter { $0.count > 1 }
            .map { $0.map(\.name).sorted().joined(separator: " and ") }.sorted()
            .map { Finding(.notable, "services", "\($0) have the same address; each service has its own port") }
    }

    private static var unit: [Finding] {
        guard ServiceUnit("actpd.service").wasEditedSinceItWasRead else { return [] }
        return [
            Finding(
                .notable, "systemd",
                "actpd.service was edited, and systemd still has what it read before: systemctl daemon-reload, then "
                    + "systemctl restart actpd")
        ]
    }
}
