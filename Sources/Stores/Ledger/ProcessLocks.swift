import CLinux
import Glibc
import Records

/// Tells which processes are alive, without asking for process ids: each holds a lock on one byte of a file, and the
/// kernel drops it when the process dies, however that happens.
final class ProcessLocks: Sendable {
    private let path: String
    private let descriptor: Int32

    init(path: String) throws(StoreError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let code = errno
            throw StoreError(
                code == ENOSPC || code == EDQUOT ? .full : .unavailable, table: nil,
                "\(path): cannot be opened: \(String(cString: strerror(code)))")
        }
    }

    deinit { close(descriptor) }

    /// Takes the lock on a byte for the life of this value. False when another process, or another value, holds it.
    func take(_ byte: Int64) throws(StoreError) -> Bool {
        if actpd_lock_byte(descriptor, off_t(byte)) == 0 { return true }
        if errno == EAGAIN || errno == EACCES { return false }
        throw failure("cannot be locked")
    }

    /// Whether somebody else holds the byte.
    func isTaken(_ byte: Int64) throws(StoreError) -> Bool {
        let answer = actpd_is_byte_locked(descriptor, off_t(byte))
        if answer < 0 { throw failure("cannot be asked for locks") }
        return answer == 1
    }

    private func failure(_ what: String) -> StoreError {
        StoreError(.unavailable, table: nil, "\(path): \(what): \(String(cString: strerror(errno)))")
    }
}
