import ActpTesting
import Cron
import JSON
import Scheduling
import Testing
import Time

/// What the wall clock does to a schedule, from the cron line to the ledger's rows.
@Suite(.timeLimit(.minutes(5)))
struct CalendarRows {
    /// Starts a schedule, lets a night pass, and says which slots have a row.
    private func slots(_ cron: String, in zone: String, from start: String, to end: String) async throws -> [String] {
        let desk = try SchedulerDesk(at: .at(start))
        try await desk.start(.made(cron: cron, in: zone))
        await desk.walk(through: .at(end))
        return try desk.started().map(\.iso8601)
    }

    @Test("a daily job in the repeated hour of autumn fires once, an hourly one in both passes", .shows(1))
    func autumn() async throws {
        let (start, end) = ("2024-11-03T04:30:00Z", "2024-11-03T07:30:00Z")
        #expect(
            try await slots("30 1 * * *", in: "America/New_York", from: start, to: end) == ["2024-11-03T05:30:00Z"])
        #expect(
            try await slots("0 * * * *", in: "America/New_York", from: start, to: end)
                == ["2024-11-03T05:00:00Z", "2024-11-03T06:00:00Z", "2024-11-03T07:00:00Z"])
    }

    @Test(
        "a nightly job in the hour that spring leaves out fires when the gap ends, and says that it was moved",
        .shows(2))
    func spring() async throws {
        let found = try await slots(
            "30 2 * * *", in: "America/New_York", from: "2024-03-10T05:00:00Z", to: "2024-03-11T07:00:00Z")
        #expect(found == ["2024-03-10T07:00:00Z", "2024-03-11T06:30:00Z"])
        let expression = try CronExpression("30 2 * * *")
        let newYork = try zones.zone("America/New_York")
        #expect(instants(found).map { expression.isShifted($0, in: newYork) } == [true, false])
        let said = try await Installation().actpd(
            "next", "--cron", "30 2 * * *", "--timezone", "America/New_York", "--after", "2024-03-10T05:00:00Z", "-n",
            "1")
        #expect(said.output.contains("03:00:00 -04:00  moved by the daylight-saving change"))
    }

    @Test("where the clock goes back by half an hour, a daily job in it fires once", .shows(3))
    func halfHour() async throws {
        #expect(
            try await slots(
                "45 1 * * *", in: "Australia/Lord_Howe", from: "2024-04-06T14:00:00Z", to: "2024-04-06T17:00:00Z")
                == ["2024-04-06T14:45:00Z"])
    }

    @Test("a job of every 15 seconds never pauses, neither in autumn nor in spring", .shows(4))
    func neverPauses() throws {
        for (start, zone) in [
            ("2024-11-03T05:00:00Z", "America/New_York"), ("2024-03-10T06:00:00Z", "America/New_York"),
            ("2024-04-06T14:00:00Z", "Australia/Lord_Howe"),
        ] {
            var plan = Plan.made(try .made(cron: "*/15 * * * * *", in: zone), at: .at(start))
            let slots = plan.walk(through: .at(start) + .seconds(3 * 3_600)).compactMap(\.slot.planned)
            #expect(slots == (1...720).map { .at(start) + .seconds(15 * $0) }, "\(zone)")
        }
    }

    @Test("the zone of the host does not matter: a UTC job fires while London's clock repeats its hour", .shows(5))
    func hostZone() async throws {
        let installation = try Installation()
        for host in ["Europe/London", "America/New_York", ":/nonexistent", "UTC"] {
            let next = try await installation.actpd(
                "next", "--cron", "30 1 * * *", "--timezone", "UTC", "--after", "2024-10-26T12:00:00Z", "-n", "2",
                "--json", environment: ["TZ": host])
            #expect(next.json?["next"] == ["2024-10-27T01:30:00Z", "2024-10-28T01:30:00Z"], "TZ=\(host)")
        }
    }

    @Test(
        "a midnight that does not exist: the daily job fires at 01:00 that day", .shows(6),
        arguments: [
            ("America/Sao_Paulo", "2018-11-04T02:00:00Z", "2018-11-04T03:00:00Z"),
            ("Africa/Cairo", "2024-04-25T20:00:00Z", "2024-04-25T22:00:00Z"),
            ("America/Santiago", "2024-09-08T03:00:00Z", "2024-09-08T04:00:00Z"),
            ("America/Havana", "2024-03-10T04:00:00Z", "2024-03-10T05:00:00Z"),
        ])
    func noMidnight(zone: String, start: String, slot: String) async throws {
        let end = Instant.at(start) + .seconds(20 * 3_600)
        #expect(try await slots("0 0 * * *", in: zone, from: start, to: end.iso8601) == [slot])
    }

    @Test(
        "a search for the next instant ends, with an instant or with none, whatever the zone and the date", .shows(7),
        arguments: [
            ("0 12 30 12 *", "Pacific/Apia", "2011-12-29T00:00:00Z", "2011-12-30T10:00:00Z"),
            ("0 0 30 12 *", "Pacific/Apia", "2011-12-29T12:00:00Z", "2011-12-30T10:00:00Z"),
            ("*/5 2 * 3 SUN#2", "America/New_York", "2024-01-01T00:00:00Z", nil),
            ("0 0 29 2 MON", "UTC", "2096-03-01T00:00:00Z", "2097-02-04T00:00:00Z"),
            ("0 0 29 2 *", "UTC", "9996-03-01T00:00:00Z", nil), ("* * * * *", "UTC", "9999-12-31T23:59:00Z", nil),
        ] as [(String, String, String, String?)])
    func bounded(cron: String, zone: String, after: String, expected: String?) throws {
        let expression = try CronExpression(cron)
        let zone = try zones.zone(zone)
        let before = SystemTime().threadTime()
        let found = expression.next(after: .at(after), in: zone)
        let used = SystemTime().threadTime() - before
        #expect(found?.iso8601 == expected)
        // A release build takes microseconds; this one is not optimised.
        #expect(used < .milliseconds(100))
    }

    @Test("an expression that no date can ever match is refused where it is written", .shows(7))
    func never() {
        for text in ["0 0 30 2 *", "0 0 31 4,6,9,11 *"] {
            #expect(throws: CronError.self) { try CronExpression(text) }
        }
    }

    @Test("day of month or day of week: either matches, unless one begins with a star, and the check warns", .shows(28))
    func dayFields() async throws {
        func days(_ cron: String) throws -> [String] {
            let expression = try CronExpression(cron)
            var found: [String] = []
            var instant = Instant.at("2026-03-01T12:00:00Z")
            while let next = expression.next(after: instant, in: .utc), next < .at("2026-03-20T00:00:00Z") {
                found.append(String(next.iso8601.dropFirst(8).prefix(2)))
                instant = next
            }
            return found
        }
        #expect(try days("0 0 13 * MON") == ["02", "09", "13", "16"])
        #expect(try days("0 0 */2 * MON") == ["09"])
        #expect(try days("0 0 * * MON") == ["02", "09", "16"])
        let installation = try Installation(
            schedules: """
                { "schedules": [
                  { "name": "either", "cron": "0 0 13 * MON", "domain": "youtube", "task": "summary" } ] }
                """)
        let checked = try await installation.actpd("check", "--offline")
        #expect((checked.output + checked.error).contains("a day that matches either is taken"))
    }
}
