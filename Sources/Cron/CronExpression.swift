import Time

/// A cron expression as a value: text in, instants out, no clock.
///
/// Five fields (`minute hour day-of-month month day-of-week`), six with the second first, or one of `@hourly @daily
/// @midnight @weekly @monthly @yearly @annually @every DURATION @reboot`. Names count in any case and Sunday is 0 or 7.
/// Lists, ranges (also wrapping ones: `22-2`, `FRI-MON`), steps, `L`, `L-3`, `15W`, `LW`, `5#2` (the second Friday), `5L`
/// (the last Friday), `?`, and Jenkins' `H`, `H/15`, `H(0-29)`, `H(0-29)/10` are understood.
///
/// **Days.** When day of month and day of week are both restricted, a day that matches either is taken; a field that
/// starts with `*` or is `?` counts as unrestricted, and then both must match (Vixie's rule).
///
/// **Daylight saving.** Debian cron's rule. An expression whose minute and hour both start with something else than `*`
/// has a *fixed time*: a run that falls into a gap comes at the first instant after the gap, and a reading that an overlap
/// repeats counts once, the first time. All other expressions follow real elapsed time: they match whenever the wall clock
/// shows a matching reading, in both passes of an overlap. Six-field expressions follow the same rule.
public struct CronExpression: Hashable, Sendable {
    /// The expression as it was given.
    public let text: String
    let kind: Kind
    let remarks: Remarks

    enum Kind: Hashable, Sendable {
        case calendar(Calendar)
        /// Whole seconds.
        case every(seconds: Int64)
        case reboot
    }

    /// Reads an expression. `name` is the schedule's name: it alone decides what `H` stands for, so that a schedule keeps
    /// its times over restarts and hosts.
    ///
    /// Throws ``CronError`` for a text that is not understood, and for one that no day can ever match (`0 0 30 2 *`).
    public init(_ text: String, name: String = "") throws(CronError) {
        self.text = text
        do throws(Flaw) {
            (kind, remarks) = try Parser.parse(text, name: name)
        } catch {
            throw error.error(in: text)
        }
    }

    /// `@reboot`: runs when the daemon starts and has no instants of its own.
    public var isReboot: Bool { kind == .reboot }

    /// Hour and minute are fixed, so that a change of the clock neither loses nor doubles a run (see the type).
    public var isFixedTime: Bool {
        if case .calendar(let calendar) = kind { calendar.isFixedTime } else { false }
    }

    /// The interval of `@every`; `nil` for all others.
    public var interval: Duration? {
        if case .every(let seconds) = kind { .seconds(seconds) } else { nil }
    }
}
