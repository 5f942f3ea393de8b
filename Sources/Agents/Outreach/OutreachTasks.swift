import JSON
import Records
import Time

/// The outreach agent's tasks that send nothing: read → decide → write. Sending is in ``OutreachSending``.
enum OutreachTasks {
    /// Pages under way at once: one is decided while the store reads the other.
    private static let pagesAtOnce = 2

    // MARK: due

    /// Who may be written to now, and how many may not, by reason (OU-01…OU-06, OU-17).
    static func due(_ context: TaskContext) async throws -> TaskResult {
        let tally = try await tally(context, limit: context.arguments.integer("limit") ?? 100)
        var data = tally.data
        data["contacts"] = .array(tally.first.elements.map(\.json))
        guard tally.seen > 0 else {
            return TaskResult("no contact is scored yet; prospect score-all does it", data: data)
        }
        let table = TextTable.render(
            ["NAME", "STAGE", "SCORE", "VIA", "AT", "REASON"],
            tally.first.elements.map { contact in
                [
                    contact.name.clipped(to: 40), contact.touch.stage.rawValue, String(contact.score),
                    contact.touch.address.platform.shown, contact.touch.scheduledFor.iso8601, contact.reason,
                ]
            })
        return TaskResult(tally.due == 0 ? tally.summary : "\(tally.summary)\n\(table)", data: data)
    }

    private static func tally(_ context: TaskContext, limit: Int) async throws -> DueTally {
        let desk = OutreachDesk(context)
        var tally = DueTally(limit: limit)
        try await withThrowingTaskGroup(of: OutreachPage.self) { group in
            var underWay = 0
            var last: RowID?
            // By contact, not by score: what belongs to a page of contacts lies between two ids.
            try await context.store.eachPage(of: Contacts.self) { contacts in
                let selection = ContactSelection.span(
                    after: last, through: contacts.count < Store.pageSize ? nil : contacts.last?.id)
                last = contacts.last?.id
                if underWay == pagesAtOnce, let page = try await group.next() {
                    tally.add(page, desk.rules, at: context.now)
                    underWay -= 1
                    context.progress("contacts", tally.seen, nil)
                }
                group.addTask { try await OutreachPage(contacts, in: selection, desk, at: context.now) }
                underWay += 1
            }
            for try await page in group { tally.add(page, desk.rules, at: context.now) }
        }
        return tally
    }

    // MARK: build-queue

    /// How many messages are written at a time: what a crash can lose of a model's work. Templates cost nothing, and a
    /// database behind HTTP is asked anew for each chunk.
    private static func chunk(hasModel: Bool) -> Int { hasModel ? 50 : 500 }

    /// Writes a message for those who are due, the first of them first (OU-09, OU-19, OU-20). Run again it queues nobody
    /// twice: who has an open message is not due (K19).
    static func buildQueue(_ context: TaskContext) async throws -> TaskResult {
        guard context.settings.outreach.enabled else {
            return TaskResult(
                "outreach is switched off (outreach.enabled): nothing is queued", data: ["queued": 0],
                degraded: ["outreach is switched off (outreach.enabled)"])
        }
        let tally = try await tally(context, limit: context.settings.outreach.queuePerRun)
        var build = QueueBuild(tally)
        var writer = MessageWriter(context)
        let due = tally.first.elements
        let chunk = chunk(hasModel: context.services.model != nil)
        for start in stride(from: 0, to: due.count, by: chunk) {
            let part = Array(due[start..<min(start + chunk, due.count)])
            var messages: [QueuedMessage] = []
            for dossier in try await ContactDossier.read(part, context.store) {
                switch await writer.message(for: dossier) {
                case .written(let message): messages.append(message)
                case .left(let reason): build.leave(reason)
                }
                context.progress("messages", start + messages.count, due.count)
            }
            if !context.isDryRun { messages = try await store(messages, context) }
            for message in messages { build.add(message) }
        }
        return build.result(isDryRun: context.isDryRun, fallbacks: writer.fallbacks)
    }

    /// Another sender may have queued a message while ours was written: then ours is dropped.
    private static func store(_ messages: [QueuedMessage], _ context: TaskContext) async throws -> [QueuedMessage] {
        let open = try await context.store.values(
            of: \MessageQueue.contactID,
            where: .isOneOf(\.contactID, messages.map(\.contact.id)) && .isOneOf(\.status, ["pending", "sending"]))
        let taken = Set(open)
        let free = messages.filter { !taken.contains($0.contact.id) }
        try await context.store.insert(free.map { $0.draft(at: context.now) })
        return free
    }

    // MARK: Lists

    /// Queued e-mails with their age: they are sent by hand, and each keeps its contact from becoming due (K17).
    static func emailQueue(_ context: TaskContext) async throws -> TaskResult {
        var rows: [Row<MessageQueue>] = []
        let mail: Predicate<MessageQueue> = .isOneOf(\.platform, ["gmail", "email"]) && \.status == "pending"
        try await context.store.eachPage(of: MessageQueue.self, where: mail) { rows += $0 }
        guard !rows.isEmpty else { return TaskResult("no e-mail waits", data: ["emails": []]) }
        rows.sort { ($0.createdAt?.microseconds ?? 0, $0.id) < ($1.createdAt?.microseconds ?? 0, $1.id) }
        var contacts: [RowID: Row<Contacts>] = [:]
        for start in stride(from: 0, to: rows.count, by: Store.pageSize) {
            let ids = rows[start..<min(start + Store.pageSize, rows.count)].map(\.contactID)
            for contact in try await context.store.fetch(
                Query<Contacts>(limit: Store.pageSize).filter(.isOneOf(\.id, Array(Set(ids)))))
            {
                contacts[contact.id] = contact
            }
        }
        let mails = rows.map { QueuedMail($0, contacts[$0.contactID], now: context.now) }
        let blocks = mails.map { mail in
            "\(mail.id.text)  \(mail.age) old  to \(mail.address ?? "no address")  (\(mail.name))\n\(mail.body)"
        }
        return TaskResult(
            (["\(mails.count) e-mails wait to be sent by hand; then: actpd outreach resolve ID --sent"] + blocks)
                .joined(separator: "\n\n"),
            data: ["emails": .array(mails.map(\.json))])
    }

    /// What became of the messages of the last days (OU-14).
    static func stats(_ context: TaskContext) async throws -> TaskResult {
        let days = context.arguments.integer("days") ?? 30
        let since = context.now - .seconds(Int64(days) * 86_400)
        var stats = OutreachStats(days: days)
        let recent: Predicate<MessageQueue> = \.createdAt >= since || \.sentAt >= since
        try await context.store.eachPage(of: MessageQueue.self, where: recent) { rows in
            var sent: [RowID: Instant] = [:]
            for row in rows {
                stats.add(row)
                if case .sent = QueueStatus(row), let at = row.sentAt {
                    sent[row.contactID] = min(sent[row.contactID] ?? at, at)
                }
            }
            guard !sent.isEmpty else { return }
            let replies: Predicate<Interactions> =
                .isOneOf(\.contactID, sent.keys.sorted()) && \.direction == "inbound" && \.createdAt >= since
            try await context.store.eachPage(of: Interactions.self, where: replies) { rows in
                for row in rows where row.createdAt > sent[row.contactID] ?? row.createdAt {
                    stats.addAnswer(of: row.contactID)
                }
            }
        }
        return stats.result
    }
}

/// An e-mail that waits to be sent by hand.
private struct QueuedMail {
    let id: RowID
    let name: String
    let address: String?
    let body: String
    let age: String
    private let row: Row<MessageQueue>

    init(_ row: Row<MessageQueue>, _ contact: Row<Contacts>?, now: Instant) {
        self.row = row
        id = row.id
        name = contact.map { $0.displayName ?? $0.username } ?? "contact \(row.contactID)"
        address = contact.flatMap { AddressBook($0, []).handle(on: .gmail) }
        body = row.messageBody
        let hours = row.createdAt.map { max(0, (now - $0).microseconds / 3_600_000_000) }
        age = hours.map { $0 < 48 ? "\($0) h" : "\($0 / 24) d" } ?? "of unknown age, not"
    }

    var json: JSON {
        [
            "id": .string(id.text), "contact_id": .string(row.contactID.text), "name": .string(name),
            "address": address.map(JSON.string) ?? nil, "age": .string(age), "message_body": .string(body),
            "scheduled_for": row.scheduledFor.map { .string($0.iso8601) } ?? nil,
        ]
    }
}

/// What became of messages, counted by status and platform; cancelled ones and those of unknown fate apart from failures.
private struct OutreachStats {
    private let days: Int
    private var byStatus: [String: Int] = [:]
    private var byPlatform: [String: [String: Int]] = [:]
    private var answered: Set<RowID> = []
    private var written: Set<RowID> = []

    init(days: Int) { self.days = days }

    mutating func add(_ row: Row<MessageQueue>) {
        let name = QueueStatus(row).name
        byStatus[name, default: 0] += 1
        byPlatform[row.platform, default: [:]][name, default: 0] += 1
        if name == "sent" { written.insert(row.contactID) }
    }

    mutating func addAnswer(of contact: RowID) { answered.insert(contact) }

    var result: TaskResult {
        let statuses = ["sent", "failed", "cancelled", "unknown", "pending", "sending"]
        let table = TextTable.render(
            ["PLATFORM"] + statuses.map { $0.uppercased() },
            byPlatform.sorted { $0.key < $1.key }.map { platform, counts in
                [platform] + statuses.map { String(counts[$0] ?? 0) }
            })
        let rate = written.isEmpty ? "" : " (\(String.percent(Double(answered.count) / Double(written.count))))"
        let summary =
            byStatus.isEmpty
            ? "no message in \(days) days"
            : "\(table)\nanswered by \(answered.count) of \(written.count) contacts written to\(rate), in \(days) days"
        return TaskResult(
            summary,
            data: [
                "days": JSON(days), "by_status": .object(byStatus.mapValues { JSON($0) }),
                "by_platform": .object(byPlatform.mapValues { .object($0.mapValues { JSON($0) }) }),
                "contacts_written_to": JSON(written.count), "contacts_answered": JSON(answered.count),
            ])
    }
}
