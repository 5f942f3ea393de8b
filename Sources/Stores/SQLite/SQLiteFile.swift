internal import GRDB
import Glibc
import Records

/// Opens SQLite files the way both the ledger and the embedded store need them.
enum SQLiteFile {
    /// - Parameter patience: how many seconds a writer waits for another process.
    static func open(
        path: String, migrator: DatabaseMigrator, patience: Double
    ) throws(StoreError) -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = waiting(atMost: patience)
        configuration.journalMode = .wal
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            // GRDB sets NORMAL after opening in WAL mode, and with NORMAL the last transactions do not survive a power cut.
            try queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
            if try queue.read(migrator.hasBeenSuperseded) {
                throw StoreError(
                    .refused, table: nil,
                    "\(path) was written by a newer actpd; install that version, or restore a copy")
            }
            // Asking needs no write lock, so that a command can look while another process writes.
            if try !queue.read(migrator.hasCompletedMigrations) {
                try keepCopy(of: queue, at: path, migrator)
                try migrator.migrate(queue)
            }
            return queue
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(error, table: nil, file: path)
        }
    }
}

extension SQLiteFile {
    /// What a migration is about to change stays beside it, as `ledger.db.version-2`: the way back to an older `actpd`.
    private static func keepCopy(of queue: DatabaseQueue, at path: String, _ migrator: DatabaseMigrator) throws {
        let version = try queue.read { db in try migrator.appliedIdentifiers(db).count }
        guard version > 0 else { return }
        let copy = "\(path).version-\(version)"
        // Under its own name only when it is whole.
        let draft = "\(copy).\(getpid())"
        unlink(draft)
        try queue.writeWithoutTransaction { db in try db.execute(sql: "VACUUM INTO ?", arguments: [draft]) }
        guard rename(draft, copy) == 0 else {
            throw StoreError(
                .unavailable, table: nil,
                "\(copy) cannot be written: \(String(cString: strerror(errno))); nothing was migrated")
        }
    }

    /// Less than SQLite needs to open a database of ours: the index of its log is one file of this size.
    private static let leastRoom: UInt64 = 32_768

    /// Whether the file's folder is on a file system without room for another file. False when that cannot be told.
    fileprivate static func hasNoRoom(at path: String) -> Bool {
        var status = statvfs()
        guard statvfs(String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)), &status) == 0 else {
            return false
        }
        let hasNoFiles = status.f_files > 0 && status.f_favail == 0
        return hasNoFiles || UInt64(status.f_bavail) * UInt64(status.f_frsize) < leastRoom
    }

    private static let pauseMicroseconds: UInt32 = 500

    /// SQLite's own waiting looks again ever more seldom, at last ten times a second, and so may never find the lock free
    /// beside a process that writes without a break: two writers of a thousand claims each needed more than five seconds.
    private static func waiting(atMost seconds: Double) -> Database.BusyMode {
        let looks = Int(seconds * 1_000_000) / Int(pauseMicroseconds)
        return .callback { count in
            guard count < looks else { return false }
            usleep(pauseMicroseconds)
            return true
        }
    }
}

extension StoreError {
    /// Translates what SQLite and GRDB throw. The statement's arguments are never part of the text: they are row contents.
    init(_ error: any Error, table: String?, file: String? = nil) {
        if let error = error as? StoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(error is CancellationError ? .unavailable : .failed, table: table, "\(error)")
            return
        }
        let words = (file.map { "\($0): " } ?? "") + (error.message ?? "SQLite error \(error.resultCode.rawValue)")
        let code = StoreError.code(of: error)
        // Opening needs room for the files beside the database, and without it SQLite speaks of an I/O error only.
        if code == .unavailable, let file, SQLiteFile.hasNoRoom(at: file) {
            self.init(.full, table: table, "\(words) (no room on its file system)")
        } else {
            self.init(code, table: table, words)
        }
    }

    private static func code(of error: DatabaseError) -> Code {
        switch error.extendedResultCode {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY: return .duplicate
        case .SQLITE_CONSTRAINT_FOREIGNKEY: return .missingReference
        case .SQLITE_CONSTRAINT_NOTNULL: return .missingValue
        default: break
        }
        switch error.resultCode {
        case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH: return .refused
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_CANTOPEN, .SQLITE_INTERRUPT, .SQLITE_IOERR: return .unavailable
        case .SQLITE_FULL: return .full
        case .SQLITE_READONLY, .SQLITE_PERM: return .readOnly
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: return .corrupt
        case .SQLITE_ERROR where error.message?.contains("no such") == true: return .unknownColumn
        default: return .failed
        }
    }
}
