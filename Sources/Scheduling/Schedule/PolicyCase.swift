import Configuration
import Cron
import Time

/// What an entry, or the defaults, say about policies, and what comes of it.
struct PolicyCase {
    /// The keys that stand in the entry itself: only those can be its mistake.
    let written: WrittenPolicy
    /// With the defaults for what is absent.
    let policy: Policy
    /// `nil` for the defaults, and when the expression is not understood.
    var cron: CronExpression?
    /// The task sends, posts or pays.
    var isOnce = false

    /// The entry itself asks for missed slots to be run later.
    var wantsCatchUp: Bool { written.catchUp.map { $0 != CatchUp.none } ?? false }
}

extension PolicyCase {
    /// A combination that makes no sense. `docs/scheduling.md` lists them all.
    struct Refusal: Sendable {
        /// As the table of `docs/scheduling.md` names it.
        let combination: String
        /// The key that is named: the one that stands there, when the other one comes from the defaults.
        let key: @Sendable (PolicyCase) -> String
        /// What was found and what is allowed; `nil` when the combination is another one.
        let find: @Sendable (PolicyCase) -> String?

        init(
            _ combination: String, at key: @autoclosure @escaping @Sendable () -> String,
            _ find: @escaping @Sendable (PolicyCase) -> String?
        ) {
            self.init(combination, at: { _ in key() }, find)
        }

        init(
            _ combination: String, at key: @escaping @Sendable (PolicyCase) -> String,
            _ find: @escaping @Sendable (PolicyCase) -> String?
        ) {
            self.combination = combination
            self.key = key
            self.find = find
        }
    }
}

extension PolicyCase.Refusal {
    /// Defaults must make sense by themselves, so that an entry without policies always does.
    static let inDefaults = [catchUpAll, alertAfterPause]

    static let inEntries = [
        catchUpAll, alertAfterPause, retryOnce, catchUpOnce, cancelOnce, windowWithoutCatchUp, alertMuted,
        catchUpReboot,
        jitterReboot, wideJitter,
    ]

    private static let catchUpAll = PolicyCase.Refusal(
        "`catchUp: all`, `overlap` other than `bufferAll` or `allow`",
        at: { $0.written.catchUp == nil ? "overlap" : "catchUp" }
    ) { one in
        let overlap = one.policy.overlap
        guard one.policy.catchUp == .all, overlap != .bufferAll, overlap != .allow else { return nil }
        return "catchUp all owes a run for each missed slot, and overlap \(overlap.rawValue) would drop all but the "
            + "first; allowed with it is bufferAll or allow"
    }

    private static let alertAfterPause = PolicyCase.Refusal(
        "`alertAfter` above `pauseOnFailure`",
        at: { $0.written.alertAfter == nil ? "pauseOnFailure" : "alertAfter" }
    ) { one in
        let (pause, alert) = (one.policy.pauseOnFailure, one.policy.alertAfter ?? 0)
        guard pause > 0, alert > pause else { return nil }
        return "alertAfter \(alert) is never reached: pauseOnFailure \(pause) pauses the schedule before; allowed is "
            + "1…\(pause)"
    }

    private static let once = "a task that sends, posts or pays"

    private static let retryOnce = PolicyCase.Refusal("`retry.attempts` above 1, task with `effect: once`", at: "retry")
    {
        one in
        guard one.isOnce, let attempts = one.written.retry?.attempts, attempts > 1 else { return nil }
        return "\(attempts) attempts at \(once); it is tried once, allowed is 1"
    }

    private static let catchUpOnce = PolicyCase.Refusal(
        "`catchUp` other than `none`, task with `effect: once`", at: "catchUp"
    ) { one in
        guard one.isOnce, one.wantsCatchUp, let catchUp = one.written.catchUp else { return nil }
        return "\(catchUp.rawValue) for \(once); its missed slots are never run later, allowed is none"
    }

    private static let cancelOnce = PolicyCase.Refusal(
        "`overlap: cancelOther`, task with `effect: once`", at: "overlap"
    ) { one in
        guard one.isOnce, one.written.overlap == .cancelOther else { return nil }
        return "cancelOther would cut \(once) off in the middle; allowed is skip, bufferOne, bufferAll or allow"
    }

    private static let windowWithoutCatchUp = PolicyCase.Refusal(
        "`catchUpWindow`, `catchUp: none`", at: "catchUpWindow"
    ) {
        one in
        guard one.written.catchUpWindow != nil, one.policy.catchUp == .none else { return nil }
        let reason =
            one.written.catchUp != nil ? "" : one.isOnce ? ", as always for \(once)" : " in the defaults"
        return "of no use: catchUp is none\(reason); leave it out\(one.isOnce ? "" : ", or catchUp latest or all")"
    }

    private static let alertMuted = PolicyCase.Refusal("`alertAfter`, `mute: true`", at: "alertAfter") { one in
        guard one.written.alertAfter != nil, one.policy.isMuted else { return nil }
        return
            "of no use: mute is true\(one.written.mute == nil ? " in the defaults" : ""), so the owner is told of no "
            + "failure; leave it out, or mute false"
    }

    private static let catchUpReboot = PolicyCase.Refusal(
        "`catchUp` other than `none`, `catchUpWindow`, cron `@reboot`",
        at: { $0.wantsCatchUp ? "catchUp" : "catchUpWindow" }
    ) { one in
        // A window without any catching up is reported as that.
        let hasWindow = one.written.catchUpWindow != nil && one.policy.catchUp != .none
        guard one.cron?.isReboot == true, one.wantsCatchUp || hasWindow else { return nil }
        return "of no use with @reboot, which has no planned instants to miss; leave it out"
    }

    private static let jitterReboot = PolicyCase.Refusal("`jitter`, cron `@reboot`", at: "jitter") { one in
        guard one.cron?.isReboot == true, let jitter = one.written.jitter, jitter > .zero else { return nil }
        return "jitter \(jitter.text) with @reboot, which starts with the daemon; leave it out"
    }

    private static let wideJitter = PolicyCase.Refusal(
        "`jitter` not below the shortest time between two slots", at: "jitter"
    ) { one in
        guard let gap = one.cron?.gap(notAbove: one.policy.jitter) else { return nil }
        return
            "jitter \(one.policy.jitter.text)\(one.written.jitter == nil ? " of the defaults" : "") reaches the next "
            + "slot, which may come \(gap.text) later; allowed is less than \(gap.text)"
    }
}

extension Policy {
    /// What the defaults leave to a schedule that some of them cannot apply to: a task that sends, posts or pays is never
    /// retried, caught up or cut off by the engine, and `@reboot` starts with the daemon.
    func reduced(isOnce: Bool, isReboot: Bool) -> Policy {
        guard isOnce || isReboot else { return self }
        return Policy(
            timeout: timeout, overlap: isOnce && overlap == .cancelOther ? .skip : overlap,
            catchUp: isOnce ? .none : catchUp, catchUpWindow: catchUpWindow, jitter: isReboot ? .zero : jitter,
            retry: isOnce ? .none : retry, pauseOnFailure: pauseOnFailure, alertAfter: alertAfter, isMuted: isMuted,
            priority: priority)
    }
}

extension CronExpression {
    /// The second before the year 2026: slots are looked at from here.
    private static let sample = Instant(seconds: 1_767_225_599)
    /// So many slots are looked at, which is more than an hour's, …
    private static let sampleSize = 64
    /// … or fewer when they are rare: those of the first month, and of what follows, if that is not more than this.
    private static let rareSampleSize = 8
    private static let sampleDuration = Duration.seconds(40 * 86_400)

    /// The time between two slots that follow each other, when it may be `limit` or less. Looks at some slots from a fixed
    /// instant on, in UTC, which shows every gap within an hour and between days, and the usual ones between months.
    fileprivate func gap(notAbove limit: Duration) -> Duration? {
        guard limit > .zero, !isReboot else { return nil }
        if let interval { return interval <= limit ? interval : nil }
        // With five fields slots are whole minutes apart.
        if limit < .seconds(60), text.split(separator: " ").count == 5 { return nil }
        guard let first = next(after: CronExpression.sample, in: .utc) else { return nil }
        var shortest: Duration?
        var slot = first
        for count in 1...CronExpression.sampleSize {
            guard let following = next(after: slot, in: .utc) else { break }
            if following - slot <= limit { shortest = min(shortest ?? limit, following - slot) }
            slot = following
            if count >= CronExpression.rareSampleSize, slot - first > CronExpression.sampleDuration { break }
        }
        return shortest
    }
}
