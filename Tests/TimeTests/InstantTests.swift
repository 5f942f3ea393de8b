import Testing
import Time

@Suite struct InstantTests {
    @Test(
        "an instant's text comes back as the same instant",
        arguments: [0, 1, -1, 86_399_999_999, -86_400_000_001, 1_709_164_800_000_000, -62_135_596_800_000_000])
    func roundTrip(microseconds: Int64) {
        let instant = Instant(microseconds: microseconds)
        #expect(Instant(iso8601: instant.iso8601Precise) == instant)
    }

    @Test(
        "offsets, fractions and PostgreSQL's forms name the same instant",
        arguments: [
            "2024-03-10T07:00:00Z", "2024-03-10T07:00Z", "2024-03-10t07:00:00z", "2024-03-10 07:00:00+00",
            "2024-03-10T02:00:00-05:00", "2024-03-10T08:30:00+0130", "2024-03-10T07:00:00.000+00:00",
            "2024-03-10T07:00:00.0000009Z",
        ])
    func forms(text: String) {
        #expect(Instant(iso8601: text)?.seconds == 1_710_054_000)
    }

    @Test(
        "a text that names no instant is refused",
        arguments: [
            "", "2024", "2024-02-30", "2024-13-01T00:00:00Z", "2024-03-10T07:00:00", "2024-03-10T24:00:00Z",
            "2024-03-10T07:00:60Z", "2024-03-10T07:00:00.Z", "2024-03-10T07:00:00Zx", "2024-03-10T07:00:00+1",
            "0000-01-01",
        ])
    func refused(text: String) {
        #expect(Instant(iso8601: text) == nil)
    }

    @Test("a bare date is its midnight in UTC")
    func bareDate() {
        #expect(Instant(iso8601: "1970-01-02") == Instant(seconds: 86_400))
    }

    @Test("dates and day numbers are each other's inverse over 800 years")
    func civilDates() {
        var expected = CivilDate(year: 1600, month: 1, day: 1)
        for days in expected.daysSinceEpoch...CivilDate(year: 2400, month: 12, day: 31).daysSinceEpoch {
            let date = CivilDate(daysSinceEpoch: days)
            guard date == expected, date.daysSinceEpoch == days else {
                Issue.record("day \(days) is \(date), expected \(expected)")
                return
            }
            let isLastOfMonth = date.day == CivilDate.days(inMonth: date.month, of: date.year)
            expected = CivilDate(
                year: isLastOfMonth && date.month == 12 ? date.year + 1 : date.year,
                month: isLastOfMonth ? date.month % 12 + 1 : date.month, day: isLastOfMonth ? 1 : date.day + 1)
        }
        #expect(CivilDate(year: 2000, month: 2, day: 29).weekday == 2)
    }
}

@Suite struct DurationTextTests {
    @Test(
        "durations are read as written",
        arguments: [
            ("500ms", Duration.milliseconds(500)), ("90s", .seconds(90)), ("10m", .seconds(600)),
            ("6h", .seconds(21_600)),
            ("1d", .seconds(86_400)), ("1h30m", .seconds(5_400)), ("1d2h3m4s5ms", .milliseconds(93_784_005)),
        ])
    func read(text: String, expected: Duration) {
        #expect(Duration(text: text) == expected)
        #expect(Duration(text: expected.text) == expected)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "10", "m", "-5s", "1.5h", "1m1h", "1m 2s", "5 m", "3O s", "99999999999999999999d", "1s1s", "40000d",
        ])
    func refused(text: String) {
        #expect(Duration(text: text) == nil)
    }
}
