internal import GRDB
import JSON
import Records
import Scheduling
import Time

/// Appends messages to the outbox inside the transaction that makes them true.
struct OutboxWriter {
    private let insert: HotStatement

    init(_ db: Database) throws {
        insert = try HotStatement(db, "INSERT INTO outbox (destination, kind, body, created_at) VALUES (?, ?, ?, ?)")
    }

    /// The body is the run's id: the rest of its task row stands in the run itself.
    func writeStart(of run: RowID, at now: Instant) throws {
        try write(.taskLog, "task_started", run.text, at: now)
    }

    func writeEnd(_ row: Draft<AgentTasks>, at now: Instant) throws {
        try write(.taskLog, "task_finished", row.json.text, at: now)
    }

    func write(alert html: String, at now: Instant) throws { try write(.owner, "alert", html, at: now) }

    private func write(
        _ destination: OutboxEntry.Destination, _ kind: String, _ body: String, at now: Instant
    ) throws {
        try insert.run([.text(destination.rawValue), .text(kind), .text(body), .integer(now.microseconds)])
    }
}

extension OutboxEntry {
    /// The oldest messages for a destination, with what a start says about its run.
    static func pending(_ destination: Destination, limit: Int, _ db: Database) throws -> [OutboxEntry] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT sequence, kind, body, created_at, domain, task, params, claimed_at
                FROM outbox LEFT JOIN run ON kind = 'task_started' AND run.id = body
                WHERE destination = ? ORDER BY sequence LIMIT ?
                """)
        // By position: looking a column up by its name takes longer than SQLite does.
        return try GRDB.Row.fetchAll(statement, arguments: [destination.rawValue, limit]).map { row in
            OutboxEntry(sequence: row[0], message: try Message(row), createdAt: Instant(microseconds: row[3]))
        }
    }
}

extension OutboxEntry.Message {
    fileprivate init(_ row: GRDB.Row) throws {
        let body: String = row[2]
        switch row[1] as String {
        case "task_started":
            guard let domain = row[4] as String?, let id = RowID(body) else {
                throw StoreError(.malformed, table: "outbox", "the run of a start is not there: \(body)")
            }
            var draft = Draft<AgentTasks>()
            draft.id = id
            draft.domain = domain
            draft.task = row[5]
            draft.params = try JSON(parsing: row[6] as String)
            draft.status = "running"
            draft.createdAt = Instant(microseconds: row[7])
            self = .taskStarted(draft)
        case "task_finished": self = .taskFinished(try Draft(JSON(parsing: body)))
        case "alert": self = .alert(body)
        case let kind: throw StoreError(.malformed, table: "outbox", "unknown kind \(kind)")
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
