internal import GRDB
import JSON
import Records
import Scheduling
import Time

/// Appends messages to the outbox inside the transaction that makes them true.
struct OutboxWriter {
    private let insert: Statement

    init(_ db: Database) throws {
        insert = try db.cachedStatement(
            sql: "INSERT INTO outbox (destination, kind, body, created_at) VALUES (?, ?, ?, ?)")
    }

    func write(_ message: OutboxEntry.Message, at now: Instant) throws {
        try insert.execute(
            arguments: [message.destination.rawValue, message.kind, message.body.text, now.microseconds])
    }
}

extension OutboxEntry.Message {
    var destination: OutboxEntry.Destination {
        switch self {
        case .taskStarted, .taskFinished: .taskLog
        case .alert: .owner
        }
    }

    var kind: String {
        switch self {
        case .taskStarted: "task_started"
        case .taskFinished: "task_finished"
        case .alert: "alert"
        }
    }

    var body: JSON {
        switch self {
        case .taskStarted(let draft), .taskFinished(let draft): draft.json
        case .alert(let html): .string(html)
        }
    }

    init(kind: String, body: String) throws {
        let json = try JSON(parsing: body)
        switch kind {
        case "task_started": self = .taskStarted(try Draft(json))
        case "task_finished": self = .taskFinished(try Draft(json))
        case "alert": self = .alert(json.string ?? "")
        default: throw StoreError(.malformed, table: "outbox", "unknown kind \(kind)")
        }
    }
}

extension Draft<AgentTasks> {
    /// The cells that are set and not NULL, under their columns' names. Straight from the cells: looking each column up by
    /// its key path took a third of the time that a claim takes.
    var json: JSON {
        .object(
            cells.compactMapValues { cell in
                switch cell {
                case .text(let text): .string(text)
                case .integer(let integer): .integer(integer)
                case .instant(let instant): .string(instant.iso8601Precise)
                case .json(let json): json
                case .null, .bool, .number, .texts, .integers: nil
                }
            })
    }

    init(_ json: JSON) throws {
        self.init()
        guard let id = json["id"]?.string.flatMap({ RowID($0) }) else {
            throw StoreError(.malformed, table: "outbox", "a task row without an id")
        }
        self.id = id
        self.domain = json["domain"]?.string
        self.task = json["task"]?.string
        self.status = json["status"]?.string
        self.createdAt = json["created_at"]?.string.flatMap { Instant(iso8601: $0) }
        // Absent members stay out of the draft, so that a start does not blank what an end has written.
        if let params = json["params"] { self.params = params }
        if let result = json["result"] { self.result = result }
        if let duration = json["duration_ms"]?.integer { self.durationMs = Int(duration) }
        if let end = json["completed_at"]?.string.flatMap({ Instant(iso8601: $0) }) { self.completedAt = end }
    }
}
