internal import Glibc

/// A port on loopback that answers nobody for as long as it lives.
public final class ClosedPort {
    public let number: UInt16
    private let descriptor: Int32
    private var clients: [Int32] = []

    public struct Failure: Error { let errno: Int32 }

    /// - Parameter isFull: listens, with no room left for another connection.
    public init(isFull: Bool = false) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        func with(_ call: (UnsafeMutablePointer<sockaddr>) -> Int32) -> Int32 {
            withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0) }
            }
        }
        let size = length
        guard with({ bind(descriptor, $0, size) }) == 0, with({ getsockname(descriptor, $0, &length) }) == 0 else {
            throw Failure(errno: errno)
        }
        number = UInt16(bigEndian: address.sin_port)
        guard isFull else { return }
        guard listen(descriptor, 0) == 0 else { throw Failure(errno: errno) }
        for _ in 0..<4 {
            let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            clients.append(client)
            _ = with { connect(client, $0, size) }
        }
    }

    deinit {
        for client in clients { close(client) }
        close(descriptor)
    }
}
