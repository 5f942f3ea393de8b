import Cron
import FuzzSupport
import Time

/// One expression in one zone: what `next` finds is held against `matches`, `count` and `latest`, and against itself.
struct CronTrial {
    private let expression: CronExpression
    private let zone: Zone
    private let anchor: Instant
    private let start: Instant
    private var found: [Instant] = []

    init(_ expression: CronExpression, _ zone: Zone, anchor: Instant, start: Instant) {
        self.expression = expression
        self.zone = zone
        self.anchor = anchor
        self.start = start
    }

    private static let steps = 6
    private static let second = Duration.seconds(1)

    private func next(after instant: Instant) -> Instant? { expression.next(after: instant, in: zone, anchor: anchor) }

    private var place: String { "'\(expression.text)' after \(start.microseconds) µs in \(zone.identifier)" }

    mutating func walk() {
        var last = start
        while found.count < CronTrial.steps, let instant = next(after: last) {
            claim(instant > last, "\(place): \(instant) comes after \(last)")
            judge(instant, after: last)
            found.append(instant)
            last = instant
        }
        if expression.isReboot { claim(found.isEmpty, "\(place): @reboot has no instants") }
        compare()
    }

    /// It is an instant of the expression, and the search finds the same one from wherever it begins.
    private func judge(_ instant: Instant, after last: Instant) {
        claim(instant == Instant(seconds: instant.seconds), "\(place): \(instant) is a whole second")
        if let interval = expression.interval {
            let distance = instant.seconds - anchor.seconds
            claim(
                distance.floorModulo(interval.microseconds / 1_000_000) == 0,
                "\(place): \(instant) is whole intervals away")
        } else if !expression.matches(instant, in: zone) {
            let change = zone.transition(after: instant.seconds - 1)
            claim(expression.isFixedTime && expression.isShifted(instant, in: zone), "\(place): \(instant) matches")
            claim(change?.seconds == instant.seconds && change?.isGap == true, "\(place): a gap ends at \(instant)")
        }
        let half = Duration.microseconds((instant - last).microseconds / 2)
        for earlier in [instant - .microseconds(1), last + half] where earlier >= last {
            claim(next(after: earlier) == instant, "\(place): \(instant) also comes after \(earlier)")
        }
    }

    /// The other two ways to the same instants.
    private func compare() {
        for (index, instant) in found.enumerated() {
            let upTo = expression.count(after: start, through: instant, in: zone, anchor: anchor)
            claim(upTo == index + 1, "\(place): \(upTo) instants through \(instant), \(index + 1) were found")
            // The second before may be the start itself, or lie before it.
            let before = max(instant - CronTrial.second, start)
            let until = expression.count(after: start, through: before, in: zone, anchor: anchor)
            claim(until == index, "\(place): \(until) instants until \(before), \(index) were found")
            let latest = expression.latest(atOrBefore: instant, notBefore: start, in: zone, anchor: anchor)
            claim(latest == instant, "\(place): the latest up to \(instant) is \(String(describing: latest))")
            let former = expression.latest(
                atOrBefore: instant - .microseconds(1), notBefore: start, in: zone, anchor: anchor)
            claim(
                former == (index > 0 ? found[index - 1] : nil),
                "\(place): the latest before \(instant) is \(String(describing: former))")
        }
    }
}
