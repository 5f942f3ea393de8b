import Agents
import JSON
import Logging
import Records
import Scheduling
import Services
import Stores
import Time

/// Takes what the outbox holds where it belongs: task rows to the store, messages to the owner.
final class Delivery: Sendable {
    private let taskRows: Pump
    private let messages: Pump
    private let owner: OwnerMessages
    private let workers: WorkerPool
    private let ledger: SQLiteLedger

    init(_ workplace: Workplace, logger: Logger) {
        ledger = workplace.ledger
        let courier = workplace.courier
        taskRows = Pump(
            "task rows", workers: workplace.workers, logger: logger, record: workplace.record(of: .taskLog)
        ) {
            try await courier.deliverTaskRows()
            return .nothing
        }
        let owner = OwnerMessages(workplace, logger: logger)
        self.owner = owner
        workers = workplace.workers
        messages = Pump(
            "messages to the owner", workers: workplace.workers, logger: logger, record: workplace.record(of: .owner)
        ) {
            try await owner.deliver()
        }
    }

    /// Starts deliveries soon; returns at once.
    func wake() {
        taskRows.wake()
        messages.wake()
    }

    /// Delivers what waits for another try, at once: what held it up may have been mended.
    func retry() {
        taskRows.retry()
        messages.retry()
    }

    /// Tells the owner without the outbox, because that cannot be written: once, and only as far as the route goes.
    func tellAtOnce(_ alert: Alert) {
        Task(executorPreference: workers) { [owner] in await owner.route.sendAtOnce(alert, logger: owner.logger) }
    }

    /// What waits because it cannot be delivered now: `12 task rows`.
    var undelivered: [String] {
        [(taskRows, OutboxEntry.Destination.taskLog), (messages, .owner)].compactMap { pump, destination in
            // Counted only while deliveries fail: otherwise what waits is gone a moment later.
            guard pump.trouble != nil, let count = try? ledger.backlog(destination).count, count > 0 else { return nil }
            return "\(count) \(pump.name)"
        }
    }

    /// Last deliveries before the process ends.
    func finish() async {
        await taskRows.finish()
        await messages.finish()
    }
}

/// The messages of the outbox on their way to the owner.
struct OwnerMessages: Sendable {
    /// So many messages go one by one; more that wait together become one digest.
    private static let individually = 3
    /// Messages read at once.
    private static let batch = 100

    private let ledger: SQLiteLedger
    let route: OwnerRoute
    private let pause: Duration
    let logger: Logger

    init(_ workplace: Workplace, logger: Logger) {
        ledger = workplace.ledger
        route = workplace.settings.ownerRoute(workplace.http, logger: logger)
        pause = workplace.settings.tunables.alerts.digestPause
        self.logger = logger
    }

    /// Sends what waits: a few messages as they are, many as a digest, and then nothing for a while, so that a flood of
    /// alerts is a handful of messages.
    ///
    /// What is being sent is in this process's hands, so that no other sends it too. A process that dies between sending
    /// and marking leaves a message that is sent again.
    ///
    /// - Throws: ``TelegramError`` when it has to be tried again; what was not sent waits on.
    func deliver() async throws -> Pump.Rest {
        let entries = try ledger.take(.owner, limit: OwnerMessages.batch)
        guard !entries.isEmpty else { return .nothing }
        do {
            try await send(entries)
        } catch {
            try ledger.putBack(entries)
            throw error
        }
        return route.isImmediate ? .nothing : .later(pause)
    }

    private func send(_ entries: [OutboxEntry]) async throws {
        let texts = entries.map { entry in
            if case .alert(let html) = entry.message { html } else { "" }
        }
        if entries.count <= OwnerMessages.individually {
            for (entry, text) in zip(entries, texts) {
                try await send(text)
                try ledger.delivered([entry])
            }
        } else {
            try await send(Alert.digest(texts).html)
            try ledger.delivered(entries)
        }
    }

    private func send(_ html: String) async throws {
        do throws(TelegramError) {
            try await route.send(html)
        } catch {
            guard error.code == .refused else { throw error }
            // It would be refused again, and hold up everything behind it.
            logger.kind(.alertFailed).error(
                "a message that Telegram does not take: \(html.singleLine)", metadata: ["reason": "\(error)"])
        }
    }
}

/// The way to the owner.
enum OwnerRoute: Sendable {
    case telegram(TelegramBot)
    /// Without Telegram's two settings.
    case log(Logger)

    /// Whether messages may follow each other without a pause.
    var isImmediate: Bool {
        if case .log = self { true } else { false }
    }

    /// Once, and without the outbox; a failure is logged.
    func sendAtOnce(_ alert: Alert, logger: Logger) async {
        do {
            try await send(alert.html)
        } catch {
            logger.kind(.alertFailed).error("the owner could not be told", metadata: ["reason": "\(error)"])
        }
    }

    func send(_ html: String) async throws(TelegramError) {
        switch self {
        case .telegram(let bot):
            _ = try await bot.send(html: html)
        case .log(let logger):
            logger.kind(.alert).notice(
                "alert (to this log only: TELEGRAM_BOT_TOKEN and TELEGRAM_CHAT_ID are not both set): \(html.singleLine)"
            )
        }
    }
}

/// What is remembered of the deliveries to one destination.
struct DeliveryRecord: Sendable {
    let destination: OutboxEntry.Destination
    let ledger: SQLiteLedger
    let time: any TimeSource

    // A ledger that cannot be written says so elsewhere, and loudly; what is lost here is a line of `--status`.

    func failed(_ error: any Error) {
        try? ledger.note(Outside.subject(of: destination), ["error": .string("\(error)")], at: time.now())
    }

    func succeeded() { try? ledger.note(Outside.subject(of: destination), nil, at: time.now()) }

    /// How much waits and since when, for the journal.
    var backlog: Logger.Metadata {
        guard let (count, oldest) = try? ledger.backlog(destination) else { return [:] }
        return ["waiting": "\(count)"].merging(oldest.map { ["oldest": "\($0.iso8601)"] } ?? [:]) { $1 }
    }
}

extension Workplace {
    func record(of destination: OutboxEntry.Destination) -> DeliveryRecord {
        DeliveryRecord(destination: destination, ledger: ledger, time: time)
    }
}

extension String {
    /// For a log.
    fileprivate var singleLine: String { replacing("\n", with: " · ") }
}
