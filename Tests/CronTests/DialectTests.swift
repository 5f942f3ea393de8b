import Cron
import Testing
import Time

@Suite struct DialectTests {
    static let utc = "UTC"

    @Test(
        "what the fields mean",
        arguments: [
            NextCase("weekdays", "0 9 * * 1-5", utc, after: "2024-03-15T12:00:00Z", "2024-03-18T09:00:00Z"),
            NextCase(
                "7 is Sunday", "0 0 * * 7", utc, after: "2024-03-15", "2024-03-17T00:00:00Z", "2024-03-24T00:00:00Z"),
            NextCase(
                "6-7 is the weekend", "0 0 * * 6-7", utc, after: "2024-03-15", "2024-03-16T00:00:00Z",
                "2024-03-17T00:00:00Z",
                "2024-03-23T00:00:00Z"),
            NextCase(
                "names in any case", "0 0 1 jan,Jul *", utc, after: "2024-03-15", "2024-07-01T00:00:00Z",
                "2025-01-01T00:00:00Z"),
            NextCase(
                "a range that wraps: hours", "0 22-2/2 * * *", utc, after: "2024-03-15T12:00:00Z",
                "2024-03-15T22:00:00Z",
                "2024-03-16T00:00:00Z", "2024-03-16T02:00:00Z", "2024-03-16T22:00:00Z"),
            NextCase(
                "a range that wraps: weekdays", "0 0 * * FRI-MON", utc, after: "2024-03-12", "2024-03-15T00:00:00Z",
                "2024-03-16T00:00:00Z", "2024-03-17T00:00:00Z", "2024-03-18T00:00:00Z", "2024-03-22T00:00:00Z"),
            NextCase(
                "a range that wraps: days and months", "0 0 31-1 DEC-JAN ?", utc, after: "2024-06-01",
                "2024-12-01T00:00:00Z",
                "2024-12-31T00:00:00Z", "2025-01-01T00:00:00Z", "2025-01-31T00:00:00Z"),
            NextCase(
                "a range from 7 does not wrap", "0 0 * * 7-2", utc, after: "2024-03-16", "2024-03-17T00:00:00Z",
                "2024-03-18T00:00:00Z", "2024-03-19T00:00:00Z", "2024-03-24T00:00:00Z"),
            NextCase(
                "a step after a value runs to the end", "50/5 * * * *", utc, after: "2024-03-15",
                "2024-03-15T00:50:00Z",
                "2024-03-15T00:55:00Z", "2024-03-15T01:50:00Z"),
            NextCase(
                "six fields put the second first", "*/20 59 23 * * *", utc, after: "2024-03-15T23:59:10Z",
                "2024-03-15T23:59:20Z", "2024-03-15T23:59:40Z", "2024-03-16T23:59:00Z"),
            NextCase("a leap day", "0 0 29 2 *", utc, after: "2096-03-01", "2104-02-29T00:00:00Z"),
            NextCase(
                "the last day", "0 0 L * *", utc, after: "2024-01-31T01:00:00Z", "2024-02-29T00:00:00Z",
                "2024-03-31T00:00:00Z", "2024-04-30T00:00:00Z"),
            NextCase(
                "three days before the last", "0 0 L-3 * *", utc, after: "2024-02-01", "2024-02-26T00:00:00Z",
                "2024-03-28T00:00:00Z"),
            NextCase(
                "the weekday nearest to the 15th", "0 0 15W * *", utc, after: "2024-06-01", "2024-06-14T00:00:00Z",
                "2024-07-15T00:00:00Z", "2024-08-15T00:00:00Z", "2024-09-16T00:00:00Z"),
            NextCase(
                "the weekday nearest to the 1st stays in the month", "0 0 1W 6 *", utc, after: "2024-05-01",
                "2024-06-03T00:00:00Z"),
            NextCase(
                "the weekday nearest to the 31st stays in the month", "0 0 31W 3 *", utc, after: "2024-03-01",
                "2024-03-29T00:00:00Z"),
            NextCase(
                "the last weekday", "0 0 LW * *", utc, after: "2024-03-01", "2024-03-29T00:00:00Z",
                "2024-04-30T00:00:00Z",
                "2024-05-31T00:00:00Z", "2024-06-28T00:00:00Z"),
            NextCase("the second Friday", "0 0 * * 5#2", utc, after: "2024-03-01", "2024-03-08T00:00:00Z"),
            NextCase("the last Friday", "0 0 * * 5L", utc, after: "2024-03-01", "2024-03-29T00:00:00Z"),
            NextCase("the last Friday by name", "0 0 * * friL", utc, after: "2024-03-01", "2024-03-29T00:00:00Z"),
            NextCase(
                "a fifth Friday", "0 0 * * 5#5", utc, after: "2024-03-30", "2024-05-31T00:00:00Z",
                "2024-08-30T00:00:00Z"),
            NextCase(
                "either day field when both are restricted", "0 0 13 * FRI", utc, after: "2024-09-01",
                "2024-09-06T00:00:00Z",
                "2024-09-13T00:00:00Z", "2024-09-20T00:00:00Z", "2024-09-27T00:00:00Z", "2024-10-04T00:00:00Z",
                "2024-10-11T00:00:00Z", "2024-10-13T00:00:00Z"),
            NextCase(
                "both day fields when one starts with a star", "0 0 */2 * MON", utc, after: "2024-03-01",
                "2024-03-11T00:00:00Z", "2024-03-25T00:00:00Z"),
            NextCase(
                "a question mark is no restriction", "0 0 13 * ?", utc, after: "2024-09-01", "2024-09-13T00:00:00Z",
                "2024-10-13T00:00:00Z"),
            NextCase("hourly", "@hourly", utc, after: "2024-03-15T12:00:00Z", "2024-03-15T13:00:00Z"),
            NextCase("daily", "@DAILY", utc, after: "2024-03-15T12:00:00Z", "2024-03-16T00:00:00Z"),
            NextCase("midnight", " @midnight ", utc, after: "2024-03-15T12:00:00Z", "2024-03-16T00:00:00Z"),
            NextCase("weekly", "@weekly", utc, after: "2024-03-15T12:00:00Z", "2024-03-17T00:00:00Z"),
            NextCase("monthly", "@monthly", utc, after: "2024-03-15T12:00:00Z", "2024-04-01T00:00:00Z"),
            NextCase("yearly", "@yearly", utc, after: "2024-03-15T12:00:00Z", "2025-01-01T00:00:00Z"),
            NextCase("annually", "@annually", utc, after: "2024-03-15T12:00:00Z", "2025-01-01T00:00:00Z"),
            NextCase(
                "tabs and spaces part fields", "\t0  9\t* * *  ", utc, after: "2024-03-15T12:00:00Z",
                "2024-03-16T09:00:00Z"),
            NextCase("strictly after", "0 9 * * *", utc, after: "2024-03-15T09:00:00Z", "2024-03-16T09:00:00Z"),
            NextCase(
                "a fraction before counts", "0 9 * * *", utc, after: "2024-03-15T08:59:59.9Z", "2024-03-15T09:00:00Z"),
            NextCase("before 1970", "0 9 * * *", utc, after: "1969-12-30T08:59:59.5Z", "1969-12-30T09:00:00Z"),
        ])
    func meaning(_ c: NextCase) throws {
        let expression = try CronExpression(c.cron)
        #expect(try next(c.expected.count, of: expression, after: c.after, in: c.zone) == c.expected)
        #expect(expression.text == c.cron)
    }

    @Test("@every counts from its anchor, also backwards, and knows no clock changes")
    func every() throws {
        let expression = try CronExpression("@every 90s")
        #expect(expression.interval == .seconds(90))
        #expect(
            try next(2, of: expression, after: "1970-01-01", in: "America/New_York")
                == ["1970-01-01T00:01:30Z", "1970-01-01T00:03:00Z"])
        #expect(
            try next(
                2, of: expression, after: "2024-03-10T06:59:00Z", in: "America/New_York",
                anchor: "2024-03-10T06:59:10.5Z")
                == ["2024-03-10T06:59:10Z", "2024-03-10T07:00:40Z"])
    }

    @Test(
        "H is chosen by the schedule's name, within its range",
        arguments: [
            ("H * * * *", "36 * * * *"), ("H H * * *", "36 7 * * *"), ("0 0 H * *", "0 0 16 * *"),
            ("0 0 1 H *", "0 0 1 12 *"), ("0 0 * * h", "0 0 * * 2"), ("H/15 * * * *", "6,21,36,51 * * * *"),
            ("H(0-29) * * * *", "6 * * * *"), ("H(0-29)/10 * * * *", "6,16,26 * * * *"),
            ("0 H(9-17) * * *", "0 10 * * *"),
        ])
    func hash(text: String, same: String) throws {
        let hashed = try CronExpression(text, name: "x.post")
        let plain = try CronExpression(same)
        #expect(
            try next(20, of: hashed, after: "2024-03-15", in: "UTC")
                == next(20, of: plain, after: "2024-03-15", in: "UTC"))
    }

    @Test("names spread over the whole day, and never onto a day that a month lacks")
    func hashSpread() throws {
        var times: Set<String> = []
        for number in 0..<2_000 {
            times.formUnion(
                try next(1, of: CronExpression("H H * * *", name: "job.\(number)"), after: "2024-03-15", in: "UTC"))
            let monthly = try CronExpression("0 0 H * *", name: "job.\(number)")
            #expect(try next(1, of: monthly, after: "2023-01-31T12:00:00Z", in: "UTC")[0] < "2023-03-01T00:00:00Z")
        }
        // Of 1,440 minutes 2,000 throws of dice hit 1,081.
        #expect(times.count > 1_000)
    }

    @Test("@reboot has no instants")
    func reboot() throws {
        let expression = try CronExpression("@reboot")
        #expect(expression.isReboot)
        #expect(try next(1, of: expression, after: "2024-03-15", in: "UTC").isEmpty)
        #expect(try !CronExpression("@daily").isReboot)
    }

    @Test("an expression has a fixed time when neither minute nor hour starts with a star")
    func fixedTime() throws {
        for text in ["30 2 * * *", "0,30 2-4/2 * * *", "H H * * *", "@daily", "* 30 2 * * *"] {
            #expect(try CronExpression(text, name: "x").isFixedTime, "\(text)")
        }
        for text in ["* * * * *", "0 * * * *", "*/30 2 * * *", "0 */2 * * *", "@hourly", "@every 1h", "@reboot"] {
            #expect(try !CronExpression(text).isFixedTime, "\(text)")
        }
    }

    @Test("what is seldom meant is said, and nothing else")
    func warnings() throws {
        func warnings(_ text: String) throws -> String { try CronExpression(text).warnings.joined(separator: "|") }
        for text in [
            "* * * * *", "30 2 * * *", "*/15 9-17 * * 1-5", "0 0 1 * *", "0 0 L * *", "0 0 31 1,3 *", "@daily",
        ] {
            #expect(try warnings(text) == "")
        }
        #expect(try warnings("0 0 13 * FRI").contains("a day that matches either is taken"))
        #expect(try warnings("0 0 */2 * MON").contains("only a day that matches both is taken"))
        #expect(try warnings("*/7 * * * *").contains("the step in minute does not divide its range"))
        #expect(try warnings("*/60 * * * *").contains("leaves a single value"))
        #expect(try warnings("* 5 * * *").contains("every minute of the hour"))
        #expect(try warnings("* 5 * * * *").contains("every second"))
        #expect(try warnings("0 0 31 * *").contains("months without such a day are skipped"))
        #expect(try warnings("H 5 * * *").contains("without the schedule's name"))
    }

    @Test("an entry needs no more than 256 bytes")
    func size() {
        #expect(MemoryLayout<CronExpression>.size <= 256)
    }
}
