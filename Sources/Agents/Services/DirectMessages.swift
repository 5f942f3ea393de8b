public import Time

/// Sends direct messages by the services that drive the owner's browser. One message at a time: they share the browser.
public protocol DirectMessages: Sendable {
    /// The clock that a message is judged by in the instant of sending.
    func now() -> Instant

    /// Takes the turn to send, which one process has at a time; `nil` when another one has it. The turn ends when it is
    /// given up, or with the process, however that ends: who has the turn knows that nobody else is in the middle of a
    /// message.
    func takeTurn() throws(ServiceError) -> (any SendingTurn)?

    /// Waits, then makes sure that the platform's own service answers at its address (K23).
    /// - Throws: ``ServiceError`` that is away, when nobody answers, or somebody else does.
    func confirm(_ platform: OutreachPlatform, after pause: Duration) async throws(ServiceError)

    /// Hands the message over once, whatever comes back.
    func send(_ message: DirectMessage) async -> Delivery
}

/// The right to send.
public protocol SendingTurn: Sendable {
    /// Gives it up.
    func end()
}

/// One message to one person.
public struct DirectMessage: Hashable, Sendable {
    public let platform: OutreachPlatform
    /// Without @; for LinkedIn a profile's address or its last part.
    public let handle: String
    public let text: String

    public init(_ platform: OutreachPlatform, to handle: String, _ text: String) {
        self.platform = platform
        self.handle = handle
        self.text = text
    }
}

/// What became of a message, in words for the note at its row.
public enum Delivery: Hashable, Sendable {
    /// Sent. A remark when the service could not see it arrive, or had sent it before.
    case sent(remark: String?)
    /// Not sent, and not to be sent: there is a conversation already.
    case skipped(String)
    /// Not sent for now; other messages of the platform meet the same until then. `after`: how long the service wants to be
    /// left alone, if it says so.
    case postponed(String, after: Duration?)
    /// Not sent, and not to be tried again as it is: no such user, no button.
    case refused(String)
    /// Not sent: the service is away, or its settings are wrong. The platform is left alone.
    case unavailable(String)
    /// It may have been sent (K20).
    case unknown(String)
}
