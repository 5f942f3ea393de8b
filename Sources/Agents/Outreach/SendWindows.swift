import Records
import Statistics
import Time

extension Rhythm {
    /// How long a window is (readings 4).
    static let windowLength = Duration.seconds(3_600)
    /// Messages are planned in the first half of a window, so that the run in its middle finds them.
    private static let offsetMax: UInt64 = 1_800

    /// The first start of a window at or after an instant; `nil` when there are no windows.
    func nextWindow(from instant: Instant) -> Instant? { windows(from: instant).first { $0 >= instant } }

    /// The contact's moment in the first window that has not passed and in which it is not quiet; `nil` when the next two
    /// weeks have none. The moment within a window is always the same one for a contact (readings 4).
    func slot(for contact: RowID, from instant: Instant, isQuiet: (Instant) -> Bool) -> Instant? {
        let offset = Duration.seconds(Int64(Xoshiro256.seed(of: contact.text) % Rhythm.offsetMax))
        return windows(from: instant).lazy.map { $0 + offset }.first { $0 >= instant && !isQuiet($0) }
    }

    /// Whether an instant lies in a window or so shortly after one (readings 4).
    func isOpen(at instant: Instant, grace: Duration) -> Bool {
        windows(from: instant - Rhythm.windowLength - grace).contains {
            $0 <= instant && instant < $0 + Rhythm.windowLength + grace
        }
    }

    /// Starts of windows from the day of an instant on, for two weeks.
    private func windows(from instant: Instant) -> some Sequence<Instant> {
        let today = Int(instant.seconds.floorDivided(by: 86_400))
        let hours = hours.filter((0...23).contains).sorted()
        let starts = (today...today + 14).lazy.filter { days.contains(Weekday(daysSinceEpoch: $0)) }
        return starts.flatMap { day in hours.lazy.map { Instant(seconds: Int64(day * 86_400 + $0 * 3_600)) } }
    }
}

extension QuietHours {
    /// Whether it is quiet on the recipient's clock; never where the zone is not known.
    func isQuiet(at instant: Instant, in zone: Zone?) -> Bool {
        guard let zone, from != to else { return false }
        let local = instant.seconds + Int64(zone.offset(at: instant.seconds))
        let hour = Int(local.floorModulo(86_400) / 3_600)
        return from < to ? (from..<to).contains(hour) : hour >= from || hour < to
    }
}
