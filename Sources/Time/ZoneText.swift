extension Zone {
    /// The wall clock's reading at an instant, with weekday and offset: `Sun 2024-03-10 03:00:00 -04:00`.
    public func localText(_ instant: Instant) -> String {
        let offset = offset(at: instant.seconds)
        let local = Instant(seconds: instant.seconds + Int64(offset))
        let weekday = CivilDate.weekday(daysSinceEpoch: Int(local.seconds.floorDivided(by: 86_400)))
        let text = local.iso8601.utf8.dropLast()
        let minutes = abs(offset) / 60
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (date, time) = (String(text.prefix(10)) ?? "", String(text.suffix(8)) ?? "")
        let east = "\(offset < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
        return "\(Zone.weekdays[weekday]) \(date) \(time) \(east)"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    /// The instant that a person means by a text: ISO 8601, where a date-time without `Z` or offset is this zone's wall
    /// clock. Of a reading that comes twice it is the first, of one that a gap leaves out the end of the gap.
    public func instant(iso8601 text: String) -> Instant? {
        if let instant = Instant(iso8601: text) { return instant }
        return Instant(iso8601: text + "Z").map { Instant(seconds: earliest(local: $0.seconds)) }
    }
}
