import Glibc

/// The files of settings, which are read once: tunables, addresses, secrets. A reload reads `schedules.json` alone, and says
/// which of these it did not take.
///
/// The service manager hands secrets over as a copy that it makes at a start; the daemon may not read the file that is
/// edited, but it may see that it was.
struct SettingsFiles: Sendable {
    private let stamps: [(path: String, stamp: Stamp?)]

    init(_ locations: Locations) {
        stamps = [locations.settings, locations.environment, locations.configuration + "/secrets.env"]
            .map { ($0, Stamp($0)) }
    }

    /// The paths of those that were written, made or removed since.
    var changed: [String] { stamps.filter { Stamp($0.path) != $0.stamp }.map(\.path) }

    /// What whoever changed these files should know and do.
    static func sentence(_ paths: [String]) -> String {
        "\(paths.joined(separator: ", ")) changed since actpd started, and a reload takes schedules.json alone: "
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
