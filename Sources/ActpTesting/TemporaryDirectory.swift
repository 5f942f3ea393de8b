import Foundation

/// A directory of its own for one test; gone when the value is.
public final class TemporaryDirectory: Sendable {
    public let path: String

    public init() throws {
        path = NSTemporaryDirectory() + "actpd-test-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    public func file(_ name: String) -> String { path + "/" + name }

    deinit {
        // Nothing can be done about a file that resists, and the system clears its temporary directory anyway.
        try? FileManager.default.removeItem(atPath: path)
    }
}
