import Glibc

/// Where things are on this machine: decided once, from the command line and the environment.
struct Locations: Sendable {
    /// The folder of `schedules.json`, `actpd.json` and `actpd.env` (readings: command line, environment, `/etc/actpd`,
    /// `./config`).
    let configuration: String
    let schedules: String
    let settings: String
    let environment: String
    /// `nil` when there are no credentials.
    let secrets: String?
    /// The file of secrets that people edit, whether it is there or not.
    let editedSecrets: String
    /// The folder of `ledger.db` and `actp.db`.
    let state: String

    static let installedConfiguration = "/etc/actpd"

    init(_ options: ConfigurationOptions, environment variables: [String: String]) {
        let folder =
            options.configDir ?? variables["ACTPD_CONFIG_DIR"] ?? variables["CONFIGURATION_DIRECTORY"]
            ?? (Files.exists(Locations.installedConfiguration) ? Locations.installedConfiguration : "config")
        configuration = folder
        settings = options.config ?? folder + "/actpd.json"
        environment = options.envFile ?? folder + "/actpd.env"
        // A checkout keeps its schedules at the top level, beside the folder.
        let inFolder = folder + "/schedules.json"
        let inCheckout = folder == "config" && !Files.exists(inFolder) && Files.exists("schedules.json")
        schedules = options.schedules ?? (inCheckout ? "schedules.json" : inFolder)
        let credentials = variables["CREDENTIALS_DIRECTORY"].map { $0 + "/secrets.env" }
        editedSecrets = folder + "/secrets.env"
        let candidates = [credentials, editedSecrets].compactMap { $0 }
        secrets = candidates.first(where: Files.exists)
        state = options.stateDir ?? variables["STATE_DIRECTORY"] ?? Locations.defaultState(folder, variables)
    }

    /// Whether ``secrets`` is the service manager's copy of the file, made at the start.
    var areSecretsCopied: Bool { secrets != nil && secrets != editedSecrets }

    private static func defaultState(_ configuration: String, _ variables: [String: String]) -> String {
        if configuration == installedConfiguration { return "/var/lib/actpd" }
        let home = variables["HOME"] ?? "."
        return (variables["XDG_STATE_HOME"] ?? home + "/.local/state") + "/actpd"
    }
}

/// The few things that are done with files as a whole.
enum Files {
    /// What the operating system says about a file.
    struct Problem: Error, CustomStringConvertible {
        let description: String

        init(_ path: String, _ what: String) {
            description = "\(path): \(what): \(String(cString: strerror(errno)))"
        }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The whole content; configuration files are small.
    static func read(_ path: String) throws(Problem) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Problem(path, "cannot be opened") }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw Problem(path, "cannot be read") }
            guard count > 0 else { return content }
            content.append(contentsOf: buffer[..<count])
        }
    }

    /// Makes a directory and its parents, for this user alone.
    static func makeDirectory(_ path: String) throws(Problem) {
        var built = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            built += "/" + part
            if mkdir(built, 0o700) != 0, errno != EEXIST { throw Problem(built, "cannot be made") }
        }
    }
}
