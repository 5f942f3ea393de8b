import HTTP

/// The values of addresses and secrets, in their layers: what a newer `secrets.env` changes, and what of it can be taken
/// while the program runs.
struct Keyring: Sendable {
    /// What a newer `secrets.env` comes to.
    struct Rotation {
        /// Secrets that have another value than the one in use: taken with the next request.
        let replaced: [SettingName: Secret]
        /// Set now and not at the start, or the other way round, or no secret: only a restart takes them.
        let left: [SettingName]
    }

    /// What `actpd.env` and the environment say, beneath `secrets.env`.
    private let beneath: [SettingName: String]
    private let values: [SettingName: String]
    private let credentials: [SettingName: Credential]

    init(beneath: [SettingName: String], secrets: [SettingName: String]) {
        self.beneath = beneath
        values = beneath.merging(secrets) { $1 }
        credentials = values.filter { $0.key.isSecret }.mapValues { Credential($0) }
    }

    /// An address or another setting that anybody may see; `nil` for secrets.
    subscript(name: SettingName) -> String? { name.isSecret ? nil : values[name] }

    func credential(_ name: SettingName) -> Credential? { credentials[name] }

    /// What `secrets.env` with these values would change.
    func rotation(to secrets: [SettingName: String]) -> Rotation {
        let newer = beneath.merging(secrets) { $1 }
        var replaced: [SettingName: Secret] = [:]
        var left: [SettingName] = []
        for name in SettingName.allCases {
            if let credential = credentials[name], let value = newer[name] {
                if credential.secret != Secret(value) { replaced[name] = Secret(value) }
            } else if newer[name] != values[name] {
                left.append(name)
            }
        }
        return Rotation(replaced: replaced, left: left)
    }

    /// Puts the replaced secrets to use.
    func take(_ rotation: Rotation) {
        for (name, secret) in rotation.replaced { credentials[name]?.replace(with: secret) }
    }
}
