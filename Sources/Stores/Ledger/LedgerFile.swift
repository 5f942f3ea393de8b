internal import GRDB
import Glibc
import Records
import Time

/// `ledger.db` as a file: opening it, and setting a damaged one aside.
struct LedgerFile {
    let path: String
    /// Left by a daemon that found the damage while it ran: a file may open well and be damaged further in.
    private let damageMark: String

    init(directory: String) {
        path = directory + "/ledger.db"
        damageMark = path + ".damaged"
    }

    /// Seconds. Others hold the ledger for milliseconds, but SQLite's turns are not fair; the tick waits meanwhile, so that
    /// beyond this it is better to say that something is wrong and to try again.
    private static let patience = 5.0

    func open() throws(StoreError) -> DatabaseQueue {
        try SQLiteFile.open(path: path, migrator: LedgerMigrations.migrator, patience: LedgerFile.patience)
    }

    /// Notes the damage for the next start.
    func noteDamage() {
        let descriptor = Glibc.open(damageMark, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor >= 0 { close(descriptor) }
    }

    /// Opens the ledger; a damaged one is renamed, never written to or removed, and a new one begun.
    ///
    /// - Returns: the ledger, and the new name of the damaged one.
    func openOrReplace(at now: Instant) throws(StoreError) -> (DatabaseQueue, setAside: String?) {
        if access(damageMark, F_OK) != 0 {
            do {
                return (try open(), nil)
            } catch  where error.code != .corrupt {
                throw error
            } catch {}
        }
        let name = "\(path).corrupt-\(now.iso8601.filter { $0 != ":" && $0 != "-" })"
        for part in ["", "-wal", "-shm"] where access(path + part, F_OK) == 0 {
            guard rename(path + part, name + part) == 0 else {
                let reason = String(cString: strerror(errno))
                throw StoreError(.corrupt, table: nil, "\(path) is damaged and cannot be renamed to \(name): \(reason)")
            }
        }
        let queue = try open()
        unlink(damageMark)
        return (queue, name)
    }

    /// The process id of the daemon that was last to open the ledger, if it can be read.
    var daemonProcess: Int? {
        guard let queue = try? open() else { return nil }
        return try? queue.read { db in
            try Int.fetchOne(db, sql: "SELECT pid FROM generation WHERE kind = 'daemon' ORDER BY number DESC")
        }
    }
}
