import Configuration
import HTTP
import Records
import Stores
import Supabase
import Time

/// Where the tables are, opened: the embedded store's file, or the owner's database, which is not asked anything yet.
struct Tables: Sendable {
    let store: Store
    /// What is behind ``store`` when it is Supabase.
    let supabase: PostgRESTStore?
}

extension Tables {
    /// - Parameter onSwitchOff: told when the live tables turn out to lack columns that are then done without.
    /// - Throws: ``ConfigurationError`` for settings that lead to no database, ``StoreError`` for a file that cannot be
    ///   opened.
    init(
        _ settings: LoadedSettings, client: HTTPClient, time: any TimeSource,
        onSwitchOff: @escaping @Sendable ([SchemaDifference]) -> Void
    ) throws {
        switch settings.store {
        case .sqlite(let path):
            store = Store(try SQLiteStore(path: path, time: time))
            supabase = nil
        case .supabase:
            let backend = PostgRESTStore(
                try settings.supabaseAddress(settings.credential(.supabaseServiceRoleKey), at: time.now()),
                client: client, onSwitchOff: onSwitchOff)
            store = Store(backend)
            supabase = backend
        }
    }
}

extension LoadedSettings {
    /// - Throws: ``ConfigurationError`` for settings that are missing, or recognised as something else.
    func supabaseAddress(_ key: Credential?, at now: Instant) throws(ConfigurationError) -> SupabaseAddress {
        let url = self[.supabaseURL]
        guard let url, let key else {
            let names = [(SettingName.supabaseURL, url == nil), (.supabaseServiceRoleKey, key == nil)]
            throw ConfigurationError(
                names.filter(\.1).map { name, _ in
                    ConfigurationProblem(
                        file: "settings", key: name.rawValue,
                        "is not set, and ACTPD_STORE is supabase; set it (in \(name.isSecret ? "secrets.env" : "actpd.env")), or leave ACTPD_STORE out"
                    )
                })
        }
        do {
            return try SupabaseAddress(url: url, key: key, at: now)
        } catch {
            let name: SettingName = error.setting == .url ? .supabaseURL : .supabaseServiceRoleKey
            throw ConfigurationError([
                ConfigurationProblem(file: "settings", key: name.rawValue, error.message)
            ])
        }
    }

    /// One of Supabase's two settings without the other, which leads to the embedded store; `nil` otherwise.
    var halfSupabase: String? {
        guard self[.store] == nil else { return nil }
        switch (self[.supabaseURL], credential(.supabaseServiceRoleKey)) {
        case (_?, nil): return "SUPABASE_URL is set and SUPABASE_SERVICE_ROLE_KEY is not: the embedded store is used"
        case (nil, _?): return "SUPABASE_SERVICE_ROLE_KEY is set and SUPABASE_URL is not: the embedded store is used"
        default: return nil
        }
    }
}
