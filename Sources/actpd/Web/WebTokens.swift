import HTTP
import Web

/// The tokens of callers over HTTP, as the settings have them.
struct WebTokens {
    /// What can be guessed is no token.
    static let bytesMin = 20

    private static let names: [(scope: Scope, name: SettingName)] = [
        (.read, .httpTokenRead), (.run, .httpTokenRun), (.admin, .httpTokenAdmin),
    ]

    let accepted: [Scope: String]
    /// Tokens that are left out, because they are too short.
    let tooShort: [SettingName]

    init(_ settings: LoadedSettings) {
        var accepted: [Scope: String] = [:]
        var tooShort: [SettingName] = []
        for (scope, name) in WebTokens.names {
            guard let token = settings.credential(name)?.secret.revealed else { continue }
            if token.utf8.count < WebTokens.bytesMin { tooShort.append(name) } else { accepted[scope] = token }
        }
        self.accepted = accepted
        self.tooShort = tooShort
    }

    /// What whoever has no token is told.
    static func help(_ settings: LoadedSettings) -> String {
        let names = names.map(\.name.rawValue).joined(separator: ", ")
        return "no tokens are set, so that nobody may ask over TCP: set \(names) in "
            + "\(settings.locations.configuration)/secrets.env to \(bytesMin) characters or more, and restart actpd"
    }
}

extension LoadedSettings {
    /// Where `actpd.json` wants the daemon to answer.
    var webAddresses: [WebAddress] {
        let http = tunables.http
        return (http.socket.isEmpty ? [] : [.unixSocket(path: http.socket)])
            + (http.port == 0 ? [] : [.port(http.port)])
    }
}
