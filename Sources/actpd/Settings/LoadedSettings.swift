import Agents
import Configuration
import Glibc
import HTTP
import Logging
import Time

/// Everything that was configured, read once and checked as a whole.
struct LoadedSettings: Sendable {
    let locations: Locations
    /// As they were just before they were read.
    let files: SettingsFiles
    let tunables: ActpdSettings
    let keyring: Keyring

    /// Reads `actpd.json`, `actpd.env`, the environment and the credentials, later ones winning.
    ///
    /// - Throws: ``ConfigurationError`` with every problem of all files.
    init(_ options: ConfigurationOptions, environment: [String: String]) throws(ConfigurationError) {
        locations = Locations(options, environment: environment)
        files = SettingsFiles(locations)
        var problems: [ConfigurationProblem] = []
        tunables = LoadedSettings.tunables(locations.settings, required: options.config != nil, &problems)
        var values = LoadedSettings.file(locations.environment, required: options.envFile != nil, &problems)
        for name in SettingName.allCases {
            guard let value = environment[name.rawValue], !value.isEmpty else { continue }
            if let complaint = name.complaint(about: value) {
                problems.append(ConfigurationProblem(file: "environment", key: name.rawValue, complaint))
            }
            values[name] = value
        }
        var secrets: [SettingName: String] = [:]
        if let path = locations.secrets, access(path, R_OK) == 0 {
            secrets = LoadedSettings.file(path, required: true, &problems)
        }
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        keyring = Keyring(beneath: values, secrets: secrets)
    }

    subscript(name: SettingName) -> String? { keyring[name] }

    func credential(_ name: SettingName) -> Credential? { keyring.credential(name) }

    /// Where the tables are.
    var store: StoreChoice {
        switch self[.store] {
        case "supabase": .supabase
        case .some(let choice) where choice.hasPrefix("sqlite:"):
            .sqlite(path: String(choice.dropFirst("sqlite:".count)))
        default:
            self[.supabaseURL] != nil && credential(.supabaseServiceRoleKey) != nil
                ? .supabase : .sqlite(path: locations.state + "/actp.db")
        }
    }

    var logLevel: Logger.Level { self[.log].flatMap(Logger.Level.init(rawValue:)) ?? .info }

    private static func tunables(
        _ path: String, required: Bool, _ problems: inout [ConfigurationProblem]
    ) -> ActpdSettings {
        guard let bytes = content(path, required: required, &problems) else { return ActpdSettings() }
        do {
            return try ConfigurationReader.read(bytes, file: path)
        } catch {
            problems += error.problems
            return ActpdSettings()
        }
    }

    private static func file(
        _ path: String, required: Bool, _ problems: inout [ConfigurationProblem]
    ) -> [SettingName: String] {
        guard let bytes = content(path, required: required, &problems) else { return [:] }
        let (settings, found) = EnvironmentFile.read(bytes, file: path)
        problems += found
        return settings
    }

    /// `nil` for a file that is not there and need not be.
    private static func content(
        _ path: String, required: Bool, _ problems: inout [ConfigurationProblem]
    ) -> [UInt8]? {
        guard required || Files.exists(path) else { return nil }
        do {
            return try Files.read(path)
        } catch {
            problems.append(ConfigurationProblem(file: path, "\(error)"))
            return nil
        }
    }
}

enum StoreChoice: Hashable, Sendable {
    case supabase
    case sqlite(path: String)
}
