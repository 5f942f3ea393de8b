public import Cron
public import JSON
public import Time

/// One line of `schedules.json`, checked: what fires when, and how to behave when it cannot.
///
/// A value in all but its storage: it never changes, and equality is by content. There may be ten thousand, each held by
/// the plan, the list that a reload compares with and the slots under way; they share one copy.
public final class Schedule: Hashable, Sendable {
    /// Unique; the schedule's identity across reloads and restarts.
    public var name: String { shortName.text }
    private let shortName: ShortText
    public let cron: CronExpression
    public let isEnabled: Bool
    /// The task sends, posts or pays (`effect: once`): never retried or caught up, and `unknown` when its end is.
    public let isOnce: Bool
    public let zone: Zone
    public let policy: Policy
    public let domain: String
    public let task: String
    /// `nil` for a schedule that has none of it.
    private let rarities: Rarities?

    public init(
        name: String, cron: CronExpression, zone: Zone, domain: String, task: String, params: [String: JSON] = [:],
        isEnabled: Bool = true, policy: Policy = Policy(), isOnce: Bool = false, start: Instant? = nil,
        end: Instant? = nil
    ) {
        shortName = ShortText(name)
        self.cron = cron
        self.zone = zone
        self.domain = domain
        self.task = task
        self.isEnabled = isEnabled
        self.policy = policy
        self.isOnce = isOnce
        let isPlain = params.isEmpty && start == nil && end == nil
        rarities = isPlain ? nil : Rarities(params: params, start: start, end: end)
    }

    /// What few schedules say.
    private final class Rarities: Sendable {
        let params: [String: JSON]
        let start: Instant?
        let end: Instant?

        init(params: [String: JSON], start: Instant?, end: Instant?) {
            self.params = params
            self.start = start
            self.end = end
        }
    }

    /// What the task is called with.
    public var params: [String: JSON] { rarities?.params ?? [:] }
    /// No slot before this instant.
    public var start: Instant? { rarities?.start }
    /// No slot after this instant.
    public var end: Instant? { rarities?.end }

    public static func == (a: Schedule, b: Schedule) -> Bool {
        a === b
            || (a.shortName == b.shortName && a.cron == b.cron && a.zone == b.zone && a.domain == b.domain
                && a.task == b.task && a.params == b.params && a.isEnabled == b.isEnabled && a.policy == b.policy
                && a.isOnce == b.isOnce && a.start == b.start
                && a.end == b.end)
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(shortName) }

    /// How long after its planned instant a slot starts: 0 ≤ delay < jitter, always the same for one name, so that a job
    /// keeps its place in the crowd.
    public var delay: Duration { policy.jitter > .zero ? policy.jitter.share(of: name) : .zero }

    /// The first planned instant after `instant` within start and end, or `nil`. Expressions such as `@every` count from
    /// `anchor`; `@reboot` has no instants.
    public func slot(after instant: Instant, anchor: Instant) -> Instant? {
        // A slot exactly at the start counts, hence one microsecond before it.
        let from = start.map { max(instant, $0 - .microseconds(1)) } ?? instant
        guard let slot = cron.next(after: from, in: zone, anchor: anchor), end.map({ slot <= $0 }) ?? true else {
            return nil
        }
        return slot
    }

    /// The failed run in a row of which the owner is told: as the policy says, else the third for what runs several times
    /// a day and the first for the rest; 0 when muted.
    public var alertAfter: Int {
        guard !policy.isMuted else { return 0 }
        if let after = policy.alertAfter { return after }
        let any = Instant(seconds: 1_767_225_600)
        guard let first = cron.next(after: any, in: zone, anchor: any),
            let second = cron.next(after: first, in: zone, anchor: any)
        else { return 1 }
        return second - first < Schedule.daily ? 3 : 1
    }

    /// A schedule whose slots are further apart than this has a failure alerted at once.
    private static let daily: Duration = .seconds(12 * 3_600)
}

extension Duration {
    /// A part of this duration in whole milliseconds, 0 ≤ part < whole, always the same for one name (FNV-1a).
    func share(of name: String) -> Duration {
        let hash = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return .milliseconds(Int64(hash % UInt64(max(milliseconds, 1))))
    }
}
