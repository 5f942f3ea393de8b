import Dispatch
import Foundation
internal import Glibc

/// A connection on which a test says exactly what it wants, byte by byte.
///
/// Calls block; ``off(_:)`` keeps them from the threads of Swift's tasks.
public final class RawConnection: @unchecked Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// Used by one caller at a time; a test does not share it.
    private let descriptor: Int32
    private var received: [UInt8] = []

    /// - Parameters:
    ///   - unixSocket: the path to connect to, or
    ///   - port: the port of 127.0.0.1.
    ///   - patience: seconds after which a read that brings nothing fails.
    public init(unixSocket: String? = nil, port: Int = 0, patience: Int = 20) throws {
        // A child that another test starts meanwhile must not hold the connection open.
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        descriptor = socket(unixSocket == nil ? AF_INET : AF_UNIX, kind, 0)
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let result: Int32
        if let unixSocket {
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(unixSocket.utf8)) }
            result = RawConnection.connect(descriptor, &address)
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            result = RawConnection.connect(descriptor, &address)
        }
        guard result == 0 else { throw Failure(description: "connect: \(String(cString: strerror(errno)))") }
    }

    deinit { Glibc.close(descriptor) }

    private static func connect<Address>(_ descriptor: Int32, _ address: inout Address) -> Int32 {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    /// - Returns: false when the other side has closed.
    @discardableResult
    public func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// - Returns: false when the other side has closed.
    @discardableResult
    public func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard written > 0 else { return false }
            rest = rest.dropFirst(written)
        }
        return true
    }

    /// Waits until the other side has closed, and reads nothing.
    public func waitForClose() throws {
        // poll(2): POLLRDHUP, which Glibc's module leaves out.
        var event = pollfd(fd: descriptor, events: 0x2000, revents: 0)
        guard poll(&event, 1, 20_000) == 1 else { throw Failure(description: "it stays open") }
    }

    /// Up to the end of the first line of an answer, or everything of a connection that is closed before.
    public func beginning() throws -> String {
        while !received.contains(10), try read() {}
        defer { received = [] }
        return String(decoding: received, as: UTF8.self)
    }

    /// Everything until the other side closes.
    public func rest() throws -> String {
        while try read() {}
        defer { received = [] }
        return String(decoding: received, as: UTF8.self)
    }

    /// What comes up to and with the text.
    public func text(through end: String) throws -> String {
        while true {
            let text = String(decoding: received, as: UTF8.self)
            if let range = text.range(of: end) {
                received = Array(text[range.upperBound...].utf8)
                return String(text[..<range.upperBound])
            }
            guard try read() else { throw Failure(description: "it closed after \"\(text)\"") }
        }
    }

    /// False at the end.
    private func read() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count == 0 || (count < 0 && errno == ECONNRESET) { return false }
        guard count > 0 else {
            throw Failure(
                description:
                    "nothing came (\(String(cString: strerror(errno)))) after \"\(String(decoding: received, as: UTF8.self))\""
            )
        }
        received += buffer[..<count]
        return true
    }

    /// Does blocking work on a thread of its own.
    public static func off<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Swift.Result { try work() })
            }
        }
    }
}
