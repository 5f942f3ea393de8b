/// A text that nobody may see: a key, a token, a piece of an address that works as one.
///
/// It hides from descriptions, debug descriptions and mirrors, so that neither a log nor `dump` shows it.
public struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself. Only what puts it on the wire reads it.
    public let revealed: String

    public init(_ text: String) { revealed = text }

    /// What stands in a secret's place wherever texts are shown.
    public static let placeholder = "‹secret›"

    public var description: String { Secret.placeholder }
    public var debugDescription: String { Secret.placeholder }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
