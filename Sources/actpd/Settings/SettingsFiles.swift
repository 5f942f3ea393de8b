import Glibc
import Synchronization

/// The files of settings besides `schedules.json`: tunables and addresses, which are read once, and secrets, of which a
/// reload takes those that were replaced. A reload says what of them it did not take.
///
/// The daemon may see that a file was edited also where it may not read it.
final class SettingsFiles: Sendable {
    private struct State {
        var stamps: [(path: String, stamp: Stamp?)]
        /// Of `secrets.env` as it was last taken.
        var left: [SettingName] = []
    }

    private let secrets: String
    private let state: Mutex<State>

    init(_ locations: Locations) {
        secrets = locations.editedSecrets
        state = Mutex(
            State(stamps: [locations.settings, locations.environment, secrets].map { ($0, Stamp($0)) }))
    }

    /// The secrets as they are now were taken, but for those that only a restart takes.
    func secretsTaken(except left: [SettingName]) {
        state.withLock { state in
            state.stamps = state.stamps.map { $0.path == secrets ? (secrets, Stamp(secrets)) : $0 }
            state.left = left
        }
    }

    /// What was changed and not taken: the paths of files, and of `secrets.env` the settings that only a restart takes, as
    /// in `/etc/actpd/secrets.env: ANTHROPIC_API_KEY`.
    var changed: [String] {
        state.withLock { state in
            state.stamps.filter { Stamp($0.path) != $0.stamp }.map(\.path)
                + state.left.map { "\(secrets): \($0.rawValue)" }
        }
    }

    /// What whoever changed these should know and do.
    static func sentence(_ changed: [String]) -> String {
        let what = changed.joined(separator: ", ")
        if changed.allSatisfy({ $0.hasSuffix("/secrets.env") }) {
            return
                "\(what) changed since actpd read it, and it may not read it again: systemctl reload actpd hands over "
                + "replaced secrets, systemctl restart actpd takes all of it"
        }
        return "\(what) changed since actpd started, and a reload takes schedules.json and replaced secrets alone: "
            + "systemctl restart actpd"
    }

    /// What tells one state of a file from another without reading it.
    private struct Stamp: Hashable {
        let inode: ino_t
        let size: off_t
        /// The bytes of a `timespec`, whose members a release build does not find: only ever compared.
        let modified: [UInt8]

        /// `nil` when there is no such file.
        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            (inode, size) = (status.st_ino, status.st_size)
            modified = withUnsafeBytes(of: status.st_mtim) { Array($0) }
        }
    }
}
