import JSON
import Records
import Time

/// What a row of the shared queue stands for. Its columns know four statuses (OU-10); what they cannot say is a note at the
/// end of `ai_reasoning`.
enum QueueStatus: Hashable, Sendable {
    case pending, sending, sent, failed
    /// Not to be sent any more, and no failure (readings 6).
    case cancelled
    /// Whether it was sent is not known; the instant of the attempt (readings 1, K20).
    case unknown(Instant)
    /// A word of another program.
    case other

    init(_ row: Row<MessageQueue>) {
        let note = row.aiReasoning ?? ""
        switch row.status ?? "pending" {
        case "pending": self = .pending
        case "sending": self = .sending
        case "sent": self = .sent
        case "cancelled": self = .cancelled
        case "failed":
            if QueueNote.isCancelled(note) {
                self = .cancelled
            } else if let at = QueueNote.unknownSince(note) {
                self = .unknown(at)
            } else {
                self = .failed
            }
        default: self = .other
        }
    }

    /// The word that stats count it under.
    var name: String {
        switch self {
        case .pending: "pending"
        case .sending: "sending"
        case .sent: "sent"
        case .failed: "failed"
        case .cancelled: "cancelled"
        case .unknown: "unknown"
        case .other: "other"
        }
    }
}

/// Lines at the end of `ai_reasoning` that say what became of a message, each in square brackets with its instant.
enum QueueNote {
    private static let unknown = "outcome unknown"
    private static let cancelled = "cancelled"
    private static let notSent = "resolved: not sent"

    static func unknown(_ reason: String, at instant: Instant) -> String { line(unknown, reason, instant) }
    static func cancelled(_ reason: String, at instant: Instant) -> String { line(cancelled, reason, instant) }
    static func failed(_ reason: String, at instant: Instant) -> String { line("failed", reason, instant) }
    static func remark(_ reason: String, at instant: Instant) -> String { line("note", reason, instant) }
    static func notSent(at instant: Instant) -> String { line(notSent, "by hand", instant) }
    static func sent(at instant: Instant) -> String { line("resolved: sent", "by hand", instant) }

    static func isCancelled(_ text: String) -> Bool { last(of: [cancelled], in: text) != nil }

    /// When the attempt was made whose outcome nobody knows; `nil` when there is none, or somebody has said what became of it.
    static func unknownSince(_ text: String) -> Instant? {
        guard let (kind, at) = last(of: [unknown, notSent], in: text), kind == unknown else { return nil }
        return at
    }

    /// A reasoning with one more line.
    static func adding(_ note: String, to reasoning: String?) -> String {
        guard let reasoning, !reasoning.isEmpty else { return note }
        return reasoning + "\n" + note
    }

    private static func line(_ kind: String, _ reason: String, _ instant: Instant) -> String {
        "[\(kind) \(instant.iso8601)] \(reason.clipped(to: 300))"
    }

    /// The last line of one of the kinds. A reasoning that a model wrote cannot pass for one: its lines were joined.
    private static func last(of kinds: [String], in text: String) -> (kind: String, at: Instant)? {
        for line in text.split(separator: "\n").reversed() {
            for kind in kinds where line.hasPrefix("[\(kind) ") {
                let rest = line.dropFirst(kind.count + 2).prefix { $0 != "]" }
                if let at = Instant(iso8601: rest) { return (kind, at) }
            }
        }
        return nil
    }
}
