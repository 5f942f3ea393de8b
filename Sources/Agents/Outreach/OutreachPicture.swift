import JSON
import Records
import Time

/// The queue by state and platform, and how much of each account's caps is used.
struct OutreachPicture {
    /// How far back messages count that wait no more.
    static let days = 30
    private static let states = ["pending", "sending", "sent", "failed", "cancelled", "unknown"]

    private var counts: [String: [String: Int]] = [:]
    private var due = 0
    private let now: Instant

    init(at now: Instant) { self.now = now }

    mutating func add(_ row: Row<MessageQueue>) {
        let state = QueueStatus(row).name
        counts[row.platform, default: [:]][state, default: 0] += 1
        if state == "pending", (row.scheduledFor ?? now) <= now { due += 1 }
    }

    func json(caps: [JSON]) -> JSON {
        [
            "states": JSON(OutreachPicture.states),
            "platforms": .array(
                counts.sorted { $0.key < $1.key }.map { platform, counts in
                    ["platform": .string(platform), "by_state": JSON(counts: counts)]
                }),
            "due": JSON(due), "days": JSON(OutreachPicture.days), "caps": .array(caps),
        ]
    }

    /// What an account has sent beside what it may.
    static func cap(_ platform: OutreachPlatform, _ budget: SendBudget, at now: Instant) -> JSON {
        let used = budget.used(at: now)
        return [
            "platform": .string(platform.rawValue),
            "hour_used": JSON(used.hour), "hour_cap": JSON(budget.limit.perHour),
            "day_used": JSON(used.day), "day_cap": JSON(budget.limit.perDay),
        ]
    }

    static func read(_ context: TaskContext) async throws -> JSON {
        var picture = OutreachPicture(at: context.now)
        let since = context.now - .seconds(days * 86_400)
        let isWhole = try await context.store.eachUpToLimit(
            of: MessageQueue.self,
            where: .isOneOf(\.status, ["pending", "sending"]) || \.createdAt >= since || \.sentAt >= since
        ) { picture.add($0) }
        let journal = SendJournal(
            context, OutreachRules(context.settings.outreach, bots: context.settings.prospect.bots))
        var caps: [JSON] = []
        for platform in OutreachPlatform.allCases {
            guard let budget = try await journal.budget(platform, at: context.now, isDryRun: true) else { continue }
            caps.append(cap(platform, budget, at: context.now))
        }
        return picture.json(caps: caps).with("enabled", .bool(context.settings.outreach.enabled))
            .markedPartial(unless: isWhole)
    }
}
