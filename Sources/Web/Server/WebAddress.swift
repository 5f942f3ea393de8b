internal import Glibc
internal import NIOCore
internal import NIOPosix

/// Where the server listens.
public enum WebAddress: Hashable, Sendable, CustomStringConvertible {
    /// A Unix socket: owner and group of the file may call.
    case unixSocket(path: String)
    /// A port of 127.0.0.1; 0 for one that is free.
    case port(Int)
    /// A socket that listens already: the service manager's.
    case inherited(descriptor: Int32)

    public var description: String {
        switch self {
        case .unixSocket(let path): path
        case .port(let port): "127.0.0.1:\(port)"
        case .inherited(let descriptor): "the service manager's socket (descriptor \(descriptor))"
        }
    }
}

/// Why nobody listens.
public struct WebAddressError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ address: WebAddress, _ reason: String) { description = "cannot listen on \(address): \(reason)" }
}

extension WebAddress {
    /// Listens; returns when it does.
    ///
    /// - Throws: ``WebAddressError``.
    func bind(_ bootstrap: ServerBootstrap) throws(WebAddressError) -> any Channel {
        do {
            switch self {
            case .port(let port): return try bootstrap.bind(host: "127.0.0.1", port: port).wait()
            case .inherited(let descriptor): return try bootstrap.withBoundSocket(descriptor).wait()
            case .unixSocket(let path):
                try WebAddress.removeStale(path)
                let channel = try bootstrap.bind(unixDomainSocketPath: path).wait()
                guard chmod(path, 0o660) == 0 else { throw IOError(errnoCode: errno, reason: "chmod") }
                return channel
            }
        } catch let error as IOError {
            throw WebAddressError(self, String(cString: strerror(error.errnoCode)))
        } catch let error as WebAddressError {
            throw error
        } catch {
            throw WebAddressError(self, "\(error)")
        }
    }

    /// Removes a socket that a dead process left; one behind which somebody listens stays.
    private static func removeStale(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw WebAddressError(.unixSocket(path: path), "there is something at that path that is no socket")
        }
        guard !isAnswered(path) else {
            throw WebAddressError(.unixSocket(path: path), "another process listens there")
        }
        unlink(path)
    }

    private static func isAnswered(_ path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
