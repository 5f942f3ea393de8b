internal import Time

/// Reads the `Retry-After` field (RFC 9110 10.2.3): seconds, or a date in one of HTTP's three forms (RFC 9110 5.6.7).
enum RetryAfter {
    /// The time from `now`, never negative; `nil` for a text that is neither. Longer than a day counts as a day.
    static func delay(_ text: String, now: Instant) -> Duration? {
        let text = text.split(separator: /[ \t]+/).joined(separator: " ")
        if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            // More digits than fit are a very long time.
            return min(.seconds(Int64(text) ?? .max), longest)
        }
        return date(text, now: now).map { max(.zero, min($0 - now, longest)) }
    }

    private static let longest = Duration.seconds(86_400)

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`.
    static func date(_ text: some StringProtocol, now: Instant) -> Instant? {
        let words = String(text).split(separator: #/[ ,-]+/#).map(String.init)
        // Whoever writes a date without a zone in the first two forms writes no HTTP date.
        let isClassic = words.count == 6 && words[5] == "GMT"
        let isAsctime = words.count == 5 && words[3].contains(":")
        guard isClassic || isAsctime else { return nil }
        let (dayText, monthText, yearText, clock) =
            isClassic ? (words[1], words[2], words[3], words[4]) : (words[2], words[1], words[4], words[3])
        guard let day = Int(dayText), let month = months.firstIndex(of: monthText).map({ $0 + 1 }),
            var year = Int(yearText), let seconds = secondOfDay(clock)
        else { return nil }
        if yearText.count == 2 {
            // RFC 850 years: one that seems to lie more than 50 years ahead is the most recent one with these digits.
            let thisYear = CivilDate(daysSinceEpoch: Int(now.seconds.floorDivided(by: 86_400))).year
            year += thisYear / 100 * 100
            if year > thisYear + 50 { year -= 100 }
        }
        guard (1970...9999).contains(year), (1...CivilDate.days(inMonth: month, of: year)).contains(day) else {
            return nil
        }
        let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        return Instant(seconds: Int64(days) * 86_400 + Int64(seconds))
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func secondOfDay(_ clock: String) -> Int? {
        let parts = clock.split(separator: ":").map { Int($0) }
        guard parts.count == 3, let hour = parts[0], let minute = parts[1], let second = parts[2],
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        return hour * 3_600 + minute * 60 + second
    }
}
