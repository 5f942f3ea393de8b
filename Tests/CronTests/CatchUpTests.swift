import Cron
import Statistics
import Testing
import Time

@Suite struct CatchUpTests {
    @Test(
        "the latest missed instant",
        arguments: [
            ("0 9 * * *", "2024-03-01", "2024-03-15T12:00:00Z", "2024-03-15T09:00:00Z"),
            ("0 9 * * *", "2024-03-01", "2024-03-15T09:00:00Z", "2024-03-15T09:00:00Z"),
            ("0 9 * * *", "2024-03-15T09:00:00Z", "2024-03-15T12:00:00Z", nil),
            ("* * * * *", "2014-03-15", "2024-03-15T12:00:30.5Z", "2024-03-15T12:00:00Z"),
            ("* * * 1 *", "2020-01-01", "2024-07-19", "2024-01-31T23:59:00Z"),
            ("* * * * 1 *", "2020-01-01", "2024-07-19", "2024-01-31T23:59:59Z"),
            ("* * * 1 *", "2024-02-01", "2024-07-19", nil),
            ("0 0 29 2 *", "2001-01-01", "2104-02-28", "2096-02-29T00:00:00Z"),
            ("0 0 29 2 *", "2097-01-01", "2104-02-28", nil),
            ("@every 90s", "1970-01-01", "1970-01-01T00:04:00Z", "1970-01-01T00:03:00Z"),
            ("@reboot", "1970-01-01", "2024-01-01", nil),
            ("0 9 * * *", "2024-03-15T12:00:00Z", "2024-03-01", nil),
        ] as [(String, String, String, String?)])
    func latest(cron: String, notBefore: String, atOrBefore: String, expected: String?) throws {
        let found = try CronExpression(cron).latest(
            atOrBefore: instant(atOrBefore), notBefore: instant(notBefore), in: .utc)
        #expect(found?.iso8601 == expected)
    }

    @Test(
        "latest and count agree with walking from the start, over changes of the clock",
        arguments: PropertyTests.zoneNames)
    func sameAsWalk(name: String) throws {
        let zone = try zones.zone(name)
        var generator = SplitMix64(seed: 11)
        for _ in 0..<100 {
            let random = RandomCron(using: &generator)
            guard let expression = try? CronExpression(random.text) else { continue }
            let transition = zone.transition(after: Int64.random(in: 1_000_000_000...2_000_000_000, using: &generator))
            let start = (transition?.seconds ?? 0) - Int64.random(in: 0...200_000, using: &generator)
            let end = start + Int64.random(in: 0...260_000, using: &generator)
            var walked: [Instant] = []
            while let next = expression.next(after: walked.last ?? Instant(seconds: start), in: zone),
                next.seconds <= end
            {
                walked.append(next)
            }
            let (after, through) = (Instant(seconds: start), Instant(seconds: end))
            #expect(
                expression.latest(atOrBefore: through, notBefore: after, in: zone) == walked.last,
                "\(random.text) from \(after) to \(through) in \(name)")
            #expect(expression.count(after: after, through: through, limit: .max, in: zone) == walked.count)
            #expect(expression.count(after: after, through: through, limit: 3, in: zone) == min(walked.count, 3))
        }
    }

    @Test("a job of every minute that was down for three days has missed 4,320 runs")
    func missed() throws {
        let expression = try CronExpression("* * * * *")
        let (after, through) = (try instant("2024-03-01"), try instant("2024-03-04"))
        #expect(expression.count(after: after, through: through, limit: 100_000, in: .utc) == 4_320)
        #expect(expression.count(after: after, through: through, limit: 100, in: .utc) == 100)
        #expect(try CronExpression("@every 90s").count(after: after, through: through, limit: .max, in: .utc) == 2_880)
        #expect(expression.count(after: through, through: after, limit: 100, in: .utc) == 0)
    }

    @Test("a clock that jumps by ten years is answered at once, not walked after")
    func tenYears() throws {
        let newYork = try zones.zone("America/New_York")
        let (after, through) = (try instant("2014-03-15"), try instant("2024-03-15"))
        let everyMinute = try CronExpression("* * * * *")
        let everySecond = try CronExpression("* * * * * *")
        let before = SystemTime().threadTime()
        let counts = [everyMinute, everySecond].map { $0.count(after: after, through: through, in: newYork) }
        let latest = [everyMinute, everySecond].map { $0.latest(atOrBefore: through, notBefore: after, in: newYork) }
        let used = SystemTime().threadTime() - before
        #expect(counts == [3_653 * 1_440, 3_653 * 86_400])
        #expect(latest == [through, through])
        // Microseconds in a release build; this one is not optimised.
        #expect(used < .milliseconds(250))
    }
}
