import Foundation
import Glibc

/// The service manager's end of sd_notify(3): a datagram socket that remembers what it is told.
final class NotifySocket: Sendable {
    let path: String
    let messages = Mailbox<String>()
    private let descriptor: Int32

    init(path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw ChildProcess.Failure(description: "\(path) is too long for a socket")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else {
            throw ChildProcess.Failure(description: "\(path): \(String(cString: strerror(errno)))")
        }
        let (end, messages) = (descriptor, messages)
        Thread.detachNewThread {
            var buffer = [UInt8](repeating: 0, count: 8_192)
            while true {
                let count = recv(end, &buffer, buffer.count, 0)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { break }
                messages.append(String(decoding: buffer[..<count], as: UTF8.self))
            }
            close(end)
        }
    }

    // The reader wakes, finds nothing more and closes the descriptor.
    deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// The first message from position `start` on that has this line.
    func message(_ text: String, from start: Int = 0, within limit: Duration = .seconds(30)) async throws -> String {
        if let message = await messages.first(from: start, within: limit, where: { $0.contains(text) }) {
            return message
        }
        throw ChildProcess.Failure(
            description: "\(text) did not come within \(limit); there came \(messages.all)")
    }
}
