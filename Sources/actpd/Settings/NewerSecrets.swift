import Configuration
import Glibc
import HTTP
import Systemd
import Time

/// Where a reload finds a `secrets.env` that was edited since the start.
///
/// A daemon that may read the file reads it again. One that was given a copy by the service manager cannot: it takes what
/// `actpd reload`, run as root by `systemctl reload`, has handed over.
struct NewerSecrets: Sendable {
    private static let place = "actpd-secrets"

    private let handOver = HandOver(place)

    /// What was handed over since the last time, as the file's content.
    func handed() -> [UInt8]? { handOver?.take() }

    /// What the newer file changes; `nil` when it cannot be seen.
    ///
    /// - Parameter handed: of ``handed()``.
    /// - Throws: ``ConfigurationError`` with every problem of the file, and for a database key that cannot be one.
    func rotation(
        _ settings: LoadedSettings, handed: [UInt8]?, at now: Instant
    ) throws(ConfigurationError) -> Keyring.Rotation? {
        let content = if let handed { handed } else { try NewerSecrets.read(settings.locations) }
        guard let bytes = content else { return nil }
        let rotation = settings.keyring.rotation(
            to: try NewerSecrets.values(bytes, file: settings.locations.editedSecrets))
        if let key = rotation.replaced[.supabaseServiceRoleKey], case .supabase = settings.store {
            _ = try settings.supabaseAddress(Credential(key), at: now)
        }
        return rotation
    }

    /// The content of the file, empty without one; `nil` when the daemon may not look at it.
    private static func read(_ locations: Locations) throws(ConfigurationError) -> [UInt8]? {
        let path = locations.editedSecrets
        guard !locations.areSecretsCopied, geteuid() == 0 || access(path, R_OK) == 0 || errno == ENOENT else {
            return nil
        }
        guard Files.exists(path) else { return [] }
        do {
            return try Files.read(path)
        } catch {
            throw ConfigurationError([ConfigurationProblem(file: path, "\(error)")])
        }
    }

    /// For `actpd reload` as root, started by the service manager: hands the file over to the daemon, if it has no mistake.
    ///
    /// - Returns: why it could not be handed over.
    /// - Throws: ``ConfigurationError`` with every problem of the file.
    static func handOver(
        _ locations: Locations, environment: [String: String]
    ) throws(ConfigurationError) -> HandOver.Problem? {
        guard geteuid() == 0, let process = environment["MAINPID"].flatMap({ Int32($0) }),
            Files.exists(locations.editedSecrets)
        else { return nil }
        let bytes: [UInt8]
        do {
            bytes = try Files.read(locations.editedSecrets)
        } catch {
            throw ConfigurationError([ConfigurationProblem(file: locations.editedSecrets, "\(error)")])
        }
        _ = try values(bytes, file: locations.editedSecrets)
        do {
            try HandOver.leave(bytes, in: place, of: process)
            return nil
        } catch {
            return error
        }
    }

    private static func values(
        _ bytes: [UInt8], file: String
    ) throws(ConfigurationError) -> [SettingName: String] {
        let (values, problems) = EnvironmentFile.read(bytes, file: file)
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        return values
    }
}
