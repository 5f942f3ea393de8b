import Cron
import Time

/// The wording of the answers: facts first, then what to do next.
extension SlotInquiry {
    /// `2026-03-02T04:00:00Z (Mon 2026-03-02 05:00:00 +01:00 in Europe/Berlin)`
    private func named(_ instant: Instant) -> String {
        zone.identifier == Zone.utc.identifier
            ? instant.iso8601 : "\(instant.iso8601) (\(zone.localText(instant)) in \(zone.identifier))"
    }

    private var slot: String { "the slot of \(name) at \(named(at))" }

    private var opening: String { "The slot of \(name) at \(named(at))" }

    private func times(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    /// How to run the slot after all; nothing for a slot that a backfill has run, and for what may run only once.
    private func afterAll(isOnce: Bool) -> [String] {
        guard !history.backfills.contains(where: { $0.outcome == .ok || $0.outcome == nil }) else { return [] }
        if isOnce {
            return ["Its task sends, posts or pays, so it is never run again by itself; look first what was done."]
        }
        let end = (at + .seconds(1)).iso8601
        return ["To run it after all: actpd backfill \(name) --from \(at.iso8601) --to \(end)."]
    }

    private var isOnce: Bool { file?.isOnce ?? false }

    // MARK: On record

    func ran(_ record: RunRecord) -> [String] {
        let outcome = record.outcome?.rawValue ?? "?"
        let reason = record.reason.map { ": \($0)" } ?? ""
        var sentences: [String] = []
        if let startedAt = record.startedAt {
            sentences.append("\(opening) ran and ended in \(outcome)\(reason).")
            sentences.append("It was due at \(record.due.iso8601) and started \(lateness(record, startedAt)).")
        } else {
            sentences.append("\(opening) was claimed but never began; its outcome is \(outcome)\(reason).")
        }
        var facts: [String] = []
        if let duration = record.durationMs { facts.append("took \(Duration.milliseconds(duration).text)") }
        if record.attempts > 1 { facts.append("was tried \(record.attempts) times") }
        facts.append("is run \(record.id)")
        sentences.append("It \(facts.joined(separator: ", ")).")
        if record.missed > 0 {
            let slots = times(record.missed, "slot")
            sentences.append("It also stood for \(slots) before it that passed without a start.")
        }
        switch record.outcome {
        case .unknown: sentences.append("Look whether its work was done before you run it again.")
        case .error, .timeout:
            sentences.append("actpd runs --schedule \(name) shows whether its neighbours failed as well.")
        case .interrupted, .cancelled, .missed: sentences += afterAll(isOnce: record.isOnce)
        default: break
        }
        return sentences
    }

    private func lateness(_ record: RunRecord, _ startedAt: Instant) -> String {
        let late = startedAt - record.due
        if late < .milliseconds(1) { return "on time" }
        return "\(late.text) late, at \(startedAt.iso8601)"
    }

    func runs(_ record: RunRecord) -> [String] {
        let since = record.startedAt.map { " since \($0.iso8601), for \(now.whole(since: $0).text)" } ?? ""
        return ["\(opening) is running\(since); run \(record.id) of \(record.domain) \(record.task)."]
            + (isDaemonUp ? [] : ["The daemon is not running: if no other process runs it, its next start ends it."])
    }

    func waits(_ record: RunRecord) -> [String] {
        let reason = record.reason.map { ": \($0)" } ?? " for its start"
        return ["\(opening) is claimed and waits\(reason).", "It starts by itself when it may; run \(record.id)."]
    }

    func skipped(_ record: RunRecord) -> [String] {
        let reason = record.reason ?? "for a reason that was not recorded"
        var sentences = ["\(opening) was skipped: \(reason).", "That is run \(record.id) of actpd runs."]
        if reason.hasPrefix("paused"), history.pause?.covers(now) ?? false {
            sentences.append("The schedule is paused to this day; actpd resume \(name) lifts that.")
        } else if reason.contains("holder=") {
            sentences.append("The same work was still running; a longer interval or a shorter timeout avoids that.")
        }
        return sentences + afterAll(isOnce: record.isOnce || isOnce)
    }

    func missed(_ span: RunRecord) -> [String] {
        // A slot that was claimed, outlived its process and came too late has a reason of its own.
        guard let last = span.missedThrough else {
            return ["\(opening) was missed: \(span.reason ?? "it came too late")."] + afterAll(isOnce: isOnce)
        }
        let first = span.planned ?? at
        var sentences = ["\(opening) was missed: nobody could start it in time."]
        if span.missed > 1 {
            sentences.append(
                "It is one of \(times(span.missed, "slot")) from \(first.iso8601) to \(last.iso8601) that passed together."
            )
        }
        if let successor = history.successor, let planned = successor.planned {
            sentences.append("The run of the slot at \(planned.iso8601) stood for them; run \(successor.id).")
        } else {
            sentences.append("None ran later, because catchUp is none or they were older than catchUpWindow.")
        }
        sentences.append("It was recorded at \(span.claimedAt.iso8601): before, the daemon or the machine was down.")
        return sentences + afterAll(isOnce: isOnce)
    }

    // MARK: No slot

    var noSlotAtStart: String {
        "\(name) runs at the daemon's start (@reboot) and has no planned instants; actpd runs --schedule \(name) shows its runs."
    }

    func noSlot(_ series: SlotSeries) -> [String] {
        var sentences = ["\(name) (\(series.cron.text) in \(zone.identifier)) has no slot at \(named(at))."]
        if series.isRepeat(at) {
            sentences.append("The clock shows this time twice on that day, and a fixed time runs the first time only.")
        }
        let before = series.before(at).map { "the one before is \(described($0, series))" }
        let after = series.after(at).map { "the one after is \(described($0, series))" }
        let around = [before, after].compactMap { $0 }
        sentences.append(
            around.isEmpty
                ? "It has none before and none after." : "Of its slots \(around.joined(separator: ", ")).")
        return sentences
    }

    private func described(_ instant: Instant, _ series: SlotSeries) -> String {
        named(instant) + (series.isShifted(instant) ? ", moved by the daylight-saving change" : "")
    }

    // MARK: Not in force

    func beforeStart(_ start: Instant, _ series: SlotSeries) -> [String] {
        let first = series.after(start - .microseconds(1)).map { " Its first slot is at \(named($0))." } ?? ""
        return ["\(name) is in force from \(named(start)) on (start); at \(named(at)) it fired nothing.\(first)"]
    }

    func afterEnd(_ end: Instant) -> [String] {
        ["\(name) was in force until \(named(end)) (end); at \(named(at)) it fires nothing."]
    }

    var notInForceAhead: [String] {
        if let file, !file.isEnabled {
            return ["\(name) is disabled in schedules.json, so nothing fires at \(named(at))."]
        }
        if file != nil {
            return [
                "The daemon does not have \(name) yet, so nothing fires at \(named(at)); \(handOver)."
            ]
        }
        return ["\(name) is not in schedules.json, so nothing fires at \(named(at))."]
    }

    func notInForce(since before: ScheduleReading?, until after: ScheduleReading?) -> [String] {
        var sentences = ["\(name) was not in force at \(named(at)), so nothing was due."]
        if let before, let end = before.end {
            sentences.append(
                "Until \(end.at.iso8601) it read \(quoted(before)); then it was removed from schedules.json or disabled."
            )
        }
        if let after {
            let verb = before == nil ? "saw it first" : "had it again"
            sentences.append("The daemon \(verb) at \(after.since.iso8601), when it read \(quoted(after)).")
        } else if let file, !file.isEnabled {
            sentences.append("It is disabled there now.")
        } else if before == nil {
            sentences.append(
                file == nil
                    ? "It is not in schedules.json." : "The daemon has never had it; \(handOver).")
        }
        return sentences
    }

    private var handOver: String {
        isDaemonUp ? "actpd reload hands it over" : "it takes it over when it starts"
    }

    private func quoted(_ reading: ScheduleReading) -> String { "\"\(reading.cron)\" in \(reading.timezone)" }

    // MARK: Ahead, owed, lost

    func planned(_ series: SlotSeries) -> [String] {
        let start = at + series.delay
        let jitter = series.delay > .zero ? ", \(series.delay.text) later by its jitter" : ""
        var sentences = [
            "\(opening) lies ahead: it starts at \(start.iso8601)\(jitter), in \(start.whole(since: now).text)."
        ]
        if series.isShifted(at) {
            sentences.append("The daylight-saving change leaves out its usual time, so it comes right after the gap.")
        }
        if let pause = history.pause, pause.covers(now), let until = pause.until {
            sentences.append("The schedule is paused until \(until.iso8601), which is before it.")
        }
        if !isDaemonUp { sentences.append("The daemon is not running: systemctl start actpd.") }
        return sentences
    }

    func heldBack(by pause: Pause) -> [String] {
        let until = pause.until.map { "until \($0.iso8601)" } ?? "until somebody resumes it"
        return [
            "\(opening) will be skipped: \(name) is paused since \(pause.since.iso8601) \(until) (\(pause.note)).",
            "actpd resume \(name) lets it run.",
        ]
    }

    func owedByDaemon(_ series: SlotSeries) -> [String] {
        let start = at + series.delay
        if start > now {
            return ["\(opening) starts at \(start.iso8601), \(series.delay.text) after its instant, by its jitter."]
        }
        return [
            "\(opening) is due and the daemon has not recorded it yet.",
            "That takes a moment, longer right after its start or when the ledger cannot be written; see actpd --status.",
        ]
    }

    var owedWhileDown: [String] {
        var sentences = ["\(opening) has not run: the daemon is not running."]
        if let policy = file?.policy {
            let window = policy.catchUpWindow.text
            switch policy.catchUp {
            case .latest:
                sentences.append(
                    "At its start it runs the latest slot that is not older than \(window) and records the others as missed."
                )
            case .all:
                sentences.append("At its start it runs each slot that is not older than \(window), the oldest first.")
            case .none: sentences.append("At its start it records the slot as missed (catchUp is none).")
            }
        }
        return sentences + ["systemctl start actpd starts it; journalctl -u actpd says why it ended."]
    }

    var noRecord: [String] {
        guard let oldest = history.oldest else {
            return ["The ledger is empty, so nothing is known of \(slot)."]
        }
        if at < oldest {
            return [
                "Nothing is known of \(slot): the history goes back to \(oldest.iso8601) only, what was before is pruned."
            ]
        }
        return [
            "There is no record of \(slot), though \(name) was in force and later slots are accounted for.",
            "Either its row was pruned, or the ledger was replaced by an older copy.",
        ] + afterAll(isOnce: isOnce)
    }

    // MARK: Beside the answer

    /// What else matters: later runs of the slot, and a file that the daemon does not have yet.
    func remarks(on verdict: SlotExplanation.Verdict) -> [String] {
        var remarks: [String] = []
        if let latest = history.backfills.first {
            let outcome = latest.outcome.map { "ended in \($0.rawValue)" } ?? "has not ended"
            let reason = latest.reason.map { " (\($0))" } ?? ""
            remarks.append(
                "A backfill ran the slot at \(latest.claimedAt.iso8601) and \(outcome)\(reason); run \(latest.id).")
        }
        if [.planned, .heldBack, .noSlot].contains(verdict), let registered = history.registered, isDaemonUp {
            if let file, file.isEnabled, !file.reads(as: registered) {
                remarks.append(
                    "schedules.json has \"\(file.cron.text)\" in \(file.zone.identifier) now, which counts from the next reload on (actpd reload)."
                )
            } else if file?.isEnabled != true {
                remarks.append("schedules.json no longer has it in force, which counts from the next reload on.")
            }
        }
        return remarks
    }
}

extension Instant {
    /// The time since an earlier instant in whole seconds, never negative: for sentences.
    fileprivate func whole(since earlier: Instant) -> Duration {
        .seconds(max(0, (self - earlier).milliseconds / 1_000))
    }
}
