internal import Synchronization

/// A secret that may be replaced while the program runs: a key that was rotated.
///
/// Whoever sends it asks for it anew at each request, so that the next one goes with the newer secret; a request under way
/// keeps the one that it was made with, and blanks that one in what it reports.
public final class Credential: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let held: Mutex<Secret>

    public init(_ secret: Secret) { held = Mutex(secret) }

    public convenience init(_ text: String) { self.init(Secret(text)) }

    /// The one to send now.
    public var secret: Secret { held.withLock { $0 } }

    /// From now on.
    public func replace(with secret: Secret) { held.withLock { $0 = secret } }

    public var description: String { Secret.placeholder }
    public var debugDescription: String { Secret.placeholder }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
