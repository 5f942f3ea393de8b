import Cron
import Testing
import Time

/// An expression in a zone, and the instants that follow a start.
struct NextCase: CustomTestStringConvertible, Sendable {
    let says: String
    let cron: String
    let zone: String
    let after: String
    let expected: [String]
    var testDescription: String { "\(says): \(cron) in \(zone)" }

    init(_ says: String, _ cron: String, _ zone: String, after: String, _ expected: String...) {
        self.says = says
        self.cron = cron
        self.zone = zone
        self.after = after
        self.expected = expected
    }
}

@Suite struct DaylightSavingTests {
    static let gaps: [NextCase] = [
        NextCase(
            "a daily run at 02:30 comes at 03:00 when New York springs forward", "30 2 * * *", "America/New_York",
            after: "2024-03-10T00:10:00-05:00", "2024-03-10T07:00:00Z", "2024-03-11T06:30:00Z"),
        NextCase(
            "several runs in one gap come as one", "0,15,30,45 2 * * *", "America/New_York",
            after: "2024-03-10T01:00:00-05:00", "2024-03-10T07:00:00Z", "2024-03-11T06:00:00Z"),
        NextCase(
            "a run at the gap's end is not doubled by one moved there", "0,30 2,3 * * *", "America/New_York",
            after: "2024-03-10T01:00:00-05:00", "2024-03-10T07:00:00Z", "2024-03-10T07:30:00Z"),
        NextCase(
            "an hourly job goes on by real time", "0 * * * *", "America/New_York",
            after: "2024-03-10T01:00:00-05:00", "2024-03-10T07:00:00Z", "2024-03-10T08:00:00Z"),
        NextCase(
            "a starred minute in the gap's hour has no run that day", "*/30 2 * * *", "America/New_York",
            after: "2024-03-10T00:00:00-05:00", "2024-03-11T06:00:00Z", "2024-03-11T06:30:00Z"),
        NextCase(
            "midnight does not exist in São Paulo: 01:00 that day", "0 0 * * *", "America/Sao_Paulo",
            after: "2018-11-03T12:00:00-03:00", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"),
        NextCase(
            "midnight does not exist in Cairo: 01:00 that day", "0 0 * * *", "Africa/Cairo",
            after: "2024-04-25T12:00:00+02:00", "2024-04-25T22:00:00Z", "2024-04-26T21:00:00Z"),
        NextCase(
            "midnight does not exist in Santiago: 01:00 that day", "0 0 * * *", "America/Santiago",
            after: "2024-09-07T12:00:00-04:00", "2024-09-08T04:00:00Z", "2024-09-09T03:00:00Z"),
        NextCase(
            "midnight does not exist in Havana: 01:00 that day", "0 0 * * *", "America/Havana",
            after: "2024-03-09T12:00:00-05:00", "2024-03-10T05:00:00Z", "2024-03-11T04:00:00Z"),
        NextCase(
            "a monthly run on a day whose midnight is missing comes at 01:00", "0 0 4 * *", "America/Sao_Paulo",
            after: "2018-11-01T12:00:00-03:00", "2018-11-04T03:00:00Z"),
        NextCase(
            "a day is left out in Apia: its run comes when the next day begins", "0 12 * * *", "Pacific/Apia",
            after: "2011-12-29T12:00:00-10:00", "2011-12-30T10:00:00Z", "2011-12-30T22:00:00Z", "2011-12-31T22:00:00Z"),
        NextCase(
            "half an hour is left out on Lord Howe", "15 2 * * *", "Australia/Lord_Howe",
            after: "2024-10-06T01:00:00+10:30", "2024-10-05T15:30:00Z", "2024-10-06T15:15:00Z"),
        NextCase(
            "two hours are left out at Troll", "30 1 * * *", "Antarctica/Troll",
            after: "2024-03-30T12:00:00Z", "2024-03-31T01:00:00Z", "2024-03-31T23:30:00Z"),
        NextCase(
            "six fields follow the same rule", "15 30 2 * * *", "America/New_York",
            after: "2024-03-10T00:10:00-05:00", "2024-03-10T07:00:00Z", "2024-03-11T06:30:15Z"),
    ]

    static let overlaps: [NextCase] = [
        NextCase(
            "a daily run at 01:30 comes once, the first time, when New York falls back", "30 1 * * *",
            "America/New_York",
            after: "2024-11-03T00:00:00-04:00", "2024-11-03T05:30:00Z", "2024-11-04T06:30:00Z"),
        NextCase(
            "an hourly job runs in both 01:00s", "0 * * * *", "America/New_York",
            after: "2024-11-03T00:00:00-04:00", "2024-11-03T05:00:00Z", "2024-11-03T06:00:00Z", "2024-11-03T07:00:00Z"),
        NextCase(
            "a search that starts in the second pass does not go back", "30 1 * * *", "America/New_York",
            after: "2024-11-03T06:10:00Z", "2024-11-04T06:30:00Z"),
        NextCase(
            "01:45 comes once on Lord Howe, where half an hour is repeated", "45 1 * * *", "Australia/Lord_Howe",
            after: "2024-04-07T00:00:00+11:00", "2024-04-06T14:45:00Z", "2024-04-07T15:15:00Z"),
        NextCase(
            "02:00 comes once on Lord Howe", "0 2 * * *", "Australia/Lord_Howe",
            after: "2024-04-07T00:00:00+11:00", "2024-04-06T15:30:00Z", "2024-04-07T15:30:00Z"),
        NextCase(
            "a quarter-hourly job never pauses on Lord Howe", "*/15 * * * *", "Australia/Lord_Howe",
            after: "2024-04-06T14:30:00Z", "2024-04-06T14:45:00Z", "2024-04-06T15:00:00Z", "2024-04-06T15:15:00Z",
            "2024-04-06T15:30:00Z"),
        NextCase(
            "a job of every 15 seconds never pauses", "*/15 * * * * *", "America/New_York",
            after: "2024-11-03T05:59:30Z", "2024-11-03T05:59:45Z", "2024-11-03T06:00:00Z", "2024-11-03T06:00:15Z"),
        NextCase(
            "midnight comes twice in Havana and counts once", "30 0 * * *", "America/Havana",
            after: "2024-11-02T12:00:00-04:00", "2024-11-03T04:30:00Z", "2024-11-04T05:30:00Z"),
        NextCase(
            "a six-field job with a fixed time runs once", "0 30 1 * * *", "America/New_York",
            after: "2024-11-03T00:00:00-04:00", "2024-11-03T05:30:00Z", "2024-11-04T06:30:00Z"),
        NextCase(
            "a job in UTC takes no notice of London's clock", "30 1 * * *", "UTC",
            after: "2024-10-26T12:00:00Z", "2024-10-27T01:30:00Z", "2024-10-28T01:30:00Z"),
    ]

    @Test("what a gap leaves out", arguments: gaps)
    func gap(_ c: NextCase) throws { try check(c) }

    @Test("what an overlap repeats", arguments: overlaps)
    func overlap(_ c: NextCase) throws { try check(c) }

    private func check(_ c: NextCase) throws {
        let expression = try CronExpression(c.cron)
        #expect(try next(c.expected.count, of: expression, after: c.after, in: c.zone) == c.expected)
    }

    @Test("a moved run says so, the others do not")
    func shifted() throws {
        let newYork = try zones.zone("America/New_York")
        let daily = try CronExpression("30 2 * * *")
        let both = try CronExpression("0,30 2,3 * * *")
        let moved = try instant("2024-03-10T07:00:00Z")
        #expect(daily.isShifted(moved, in: newYork))
        #expect(try !daily.isShifted(instant("2024-03-11T06:30:00Z"), in: newYork))
        #expect(!both.isShifted(moved, in: newYork))
        #expect(try !CronExpression("0 * * * *").isShifted(moved, in: newYork))
        #expect(try !CronExpression("@every 1h").isShifted(moved, in: newYork))
    }

    @Test(
        "no zone and no date makes a search loop",
        arguments: [
            ("0 12 30 12 *", "Pacific/Apia", "2011-12-29T00:00:00Z"),
            ("* * 30 12 *", "Pacific/Apia", "2011-12-29T00:00:00Z"),
            ("*/5 2 * 3 SUN#2", "America/New_York", "2024-01-01"), ("0 0 29 2 *", "UTC", "9990-01-01"),
            ("* * * * *", "America/New_York", "9999-12-31T23:59:00Z"), ("* * * * *", "UTC", "0001-01-01"),
            ("0 0 */28 2 MON#5", "Africa/Casablanca", "2024-01-01"), ("30 2 29 2 *", "America/New_York", "2097-01-01"),
        ])
    func bounded(cron: String, zone: String, after: String) throws {
        let expression = try CronExpression(cron)
        let zone = try zones.zone(zone)
        let start = try instant(after)
        let before = SystemTime().threadTime()
        let found = expression.next(after: start, in: zone)
        let used = SystemTime().threadTime() - before
        // Below 1 ms in a release build; this one is not optimised.
        #expect(used < .milliseconds(250))
        if let found { #expect(found > start) }
    }

    @Test("there is nothing after the year 9999, and nothing that only a gap would show")
    func none() throws {
        let newYork = try zones.zone("America/New_York")
        #expect(try CronExpression("0 0 29 2 *").next(after: instant("9996-03-01"), in: .utc) == nil)
        #expect(try CronExpression("*/5 2 * 3 SUN#2").next(after: instant("2024-01-01"), in: newYork) == nil)
        #expect(try CronExpression("@reboot").next(after: instant("2024-01-01"), in: .utc) == nil)
        for extreme in [Int64.min, Int64.max] {
            _ = try CronExpression("* * * * *").next(after: Instant(microseconds: extreme), in: newYork)
            _ = try CronExpression("0 0 29 2 *").next(after: Instant(microseconds: extreme), in: newYork)
        }
    }

    @Test("the rule holds beyond the table, in the year 2500 as in 2025")
    func farFuture() throws {
        let expression = try CronExpression("30 2 * * *")
        #expect(
            try next(2, of: expression, after: "2500-03-14T06:00:00Z", in: "America/New_York")
                == ["2500-03-14T07:00:00Z", "2500-03-15T06:30:00Z"])
    }
}
