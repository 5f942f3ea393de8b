public import Records
public import Time

/// Something to be delivered elsewhere, in order, at least once.
public struct OutboxEntry: Hashable, Sendable {
    public enum Message: Hashable, Sendable {
        /// The task row with status `running`; never overwrites a later state.
        case taskStarted(Draft<AgentTasks>)
        /// The task row with its end.
        case taskFinished(Draft<AgentTasks>)
        /// A text for the owner, as Telegram's HTML.
        case alert(String)
    }

    /// Where a message goes; each destination has its own order and its own trouble.
    public enum Destination: String, CaseIterable, Hashable, Sendable {
        case taskLog = "task-log"
        case owner
    }

    public let sequence: Int64
    public let message: Message
    public let createdAt: Instant

    public init(sequence: Int64, message: Message, createdAt: Instant) {
        self.sequence = sequence
        self.message = message
        self.createdAt = createdAt
    }
}
