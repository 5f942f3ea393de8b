internal import Agents
internal import Glibc
internal import Synchronization

/// A locked file: the kernel takes the lock back when the process ends, however it ends.
final class SendingLock: SendingTurn {
    private let descriptor: Mutex<Int32?>

    private init(_ descriptor: Int32) { self.descriptor = Mutex(descriptor) }

    deinit { end() }

    func end() {
        descriptor.withLock { descriptor in
            if let open = descriptor { close(open) }
            descriptor = nil
        }
    }

    /// - Returns: `nil` when another process, or another task of this one, has the lock.
    static func take(_ path: String) throws(ServiceError) -> SendingLock? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let isTaken = errno == EWOULDBLOCK
            let failure = failure(path)
            close(descriptor)
            if isTaken { return nil }
            throw failure
        }
        return SendingLock(descriptor)
    }

    private static func failure(_ path: String) -> ServiceError {
        ServiceError(
            "the sending lock", "\(path): \(String(cString: strerror(errno)))", isAway: true, isSafeToRepeat: true)
    }
}
