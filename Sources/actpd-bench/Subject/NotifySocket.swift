import Dispatch
import Glibc
import Synchronization
import Time

/// The service manager's end of sd_notify(3): a datagram socket that the daemon writes to.
///
/// A thread reads all the time, as a service manager does: a sender waits when ten messages lie unread.
final class NotifySocket: Sendable {
    private struct Message: Sendable {
        let lines: [String]
        /// Time since boot at which it was read.
        let at: Duration
    }

    private final class Inbox: Sendable {
        let messages = Mutex<[Message]>([])
        let arrived = DispatchSemaphore(value: 0)
        let isClosed = Atomic(false)
    }

    let path: String
    private let inbox = Inbox()

    init(path: String) throws {
        self.path = path
        let descriptor = try NotifySocket.open(path)
        let thread = DispatchQueue(label: "actpd-bench.notify", qos: .userInitiated)
        thread.async { [inbox] in
            while !inbox.isClosed.load(ordering: .relaxed) {
                guard let message = NotifySocket.receive(descriptor, milliseconds: 200) else { continue }
                inbox.messages.withLock { $0.append(message) }
                inbox.arrived.signal()
            }
            close(descriptor)
        }
    }

    deinit {
        inbox.isClosed.store(true, ordering: .relaxed)
        unlink(path)
    }

    /// Takes messages until one has the line, and returns when that came.
    ///
    /// - Throws: when the process ends first, or after `seconds`.
    func wait(for line: String, from child: Child, seconds: Int = 60) throws -> Duration {
        let deadline = Clock.uptime + .seconds(seconds)
        while Clock.uptime < deadline {
            if inbox.arrived.wait(timeout: .now() + .milliseconds(100)) == .success {
                let message = inbox.messages.withLock { $0.removeFirst() }
                if message.lines.contains(line) { return message.at }
            } else if let end = child.poll() {
                throw BenchError("the daemon ended with status \(end.status) instead of saying \(line)")
            }
        }
        throw BenchError("the daemon did not say \(line) within \(seconds) s")
    }

    private static func open(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard descriptor >= 0, bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw BenchError("no socket can be made at \(path)")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        unlink(path)
        let result = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw BenchError("\(path): \(String(cString: strerror(errno)))") }
        return descriptor
    }

    private static func receive(_ descriptor: Int32, milliseconds: Int32) -> Message? {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&event, 1, milliseconds) == 1 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        let at = Clock.uptime
        guard count > 0 else { return nil }
        return Message(
            lines: String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n").map(String.init), at: at)
    }
}
