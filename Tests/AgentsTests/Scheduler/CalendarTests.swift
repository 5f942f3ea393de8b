import Foundation
import JSON
import Records
import Synchronization
import Testing
import Time

@testable import Agents

@Suite struct CalendarTests {
    private let rules = CalendarRules(PostingScheduleSettings())

    private func post(_ platform: String, _ time: String, _ niche: String = "a") -> PlannedPost {
        PlannedPost(platform: platform, at: instant("2026-03-0\(time):00Z"), niche: niche)
    }

    @Test(
        "what may not stand beside what (SC-06, SC-07, SC-08, SC-09, K35)",
        arguments: [
            ("twitter", "2T12:00", "tiktok", "2T15:59", "SC-06"), ("twitter", "2T12:00", "tiktok", "2T16:00", nil),
            ("instagram", "2T12:00", "threads", "2T17:59", "SC-07"),
            ("instagram", "2T12:00", "threads", "2T18:00", nil),
            ("youtube", "2T15:00", "tiktok", "3T14:59", "SC-08"), ("youtube", "2T15:00", "tiktok", "3T15:00", nil),
            ("tiktok", "2T12:00", "youtube", "3T11:00", "SC-08"),
            ("linkedin", "2T08:00", "twitter", "2T22:00", "SC-09"),
            ("linkedin", "2T20:00", "twitter", "3T01:00", nil), ("twitter", "2T12:00", "twitter", "2T13:00", nil),
        ] as [(String, String, String, String, String?)])
    func conflicts(_ a: String, _ at: String, _ b: String, _ bt: String, _ rule: String?) {
        #expect(rules.conflict(post(a, at), post(b, bt)) == rule)
        #expect(rules.conflict(post(b, bt), post(a, at)) == rule)
        #expect(rules.conflict(post(a, at), post(b, bt, "b")) == nil)
    }

    @Test("the week has all posts, no conflict by an independent look, and a mix near its targets (SC-10, SC-18)")
    func week() async throws {
        let bench = try Bench()
        let result = try await bench.run(.scheduler, "weekly-calendar")
        let slots = try #require(result.data["slots"]?.array)
        #expect(slots.count == 63)
        #expect(result.data["week"] == "2026-W11")
        #expect(result.data["conflicts"] == [])
        #expect(result.degraded.isEmpty)
        // Looked at again without the rules' code.
        for (index, a) in slots.enumerated() {
            let at = try #require(a["at"]?.string.flatMap { Instant(iso8601: $0) })
            #expect(at >= instant("2026-03-09") && at < instant("2026-03-16"))
            for b in slots[(index + 1)...] where a["niche"] == b["niche"] && a["platform"] != b["platform"] {
                let other = try #require(b["at"]?.string.flatMap { Instant(iso8601: $0) })
                let hours = abs((other - at).inSeconds) / 3_600
                let pair = Set([a["platform"]?.string ?? "", b["platform"]?.string ?? ""])
                #expect(hours >= 4)
                if pair == ["instagram", "threads"] { #expect(hours >= 6) }
                if pair == ["youtube", "tiktok"] { #expect(hours >= 24) }
                if pair == ["linkedin", "twitter"] {
                    #expect(a["at"]?.string?.prefix(10) != b["at"]?.string?.prefix(10))
                }
            }
        }
        let niches = Dictionary(grouping: slots, by: { $0["niche"]?.string ?? "" }).mapValues(\.count)
        #expect((niches["ai_automation"] ?? 0) >= (niches["digital_marketing"] ?? 0))
        let instagram = slots.filter { $0["platform"] == "instagram" }
        #expect(instagram.count == 5, "the gap of 8 hours leaves one a day (K33)")
    }

    @Test("the first post keeps its gap to the last one that was made (K32)")
    func gapToBefore() async throws {
        var bench = try Bench()
        bench.now = instant("2026-03-08T20:00:00Z")
        try await bench.store.insert([
            Draft<ContentPerformance> {
                $0.externalID = "v"
                $0.platform = "youtube"
                $0.publishedAt = instant("2026-03-08T18:00:00Z")
            }
        ])
        let slots = try #require(try await bench.run(.scheduler, "weekly-calendar").data["slots"]?.array)
        let videos = slots.filter { $0["platform"] == "youtube" }.compactMap { $0["at"]?.string }
        #expect(videos == ["2026-03-10T18:00:00Z", "2026-03-12T18:00:00Z"])
    }

    @Test("slots that cannot be filled stay empty and are named")
    func impossible() {
        let slots = ["twitter", "threads", "tiktok"].map { WeekPlan.Slot(platform: $0, at: Bench.noon) }
        let plan = WeekPlan(slots, before: [], shares: ["a": 0.6, "b": 0.4], rules: rules)
        #expect(plan.posts.count == 2 && plan.empty.count == 1)
        let before = [PlannedPost(platform: "linkedin", at: Bench.noon - .seconds(3_600), niche: "a")]
        let tight = WeekPlan(Array(slots.prefix(1)), before: before, shares: ["a": 0.9, "b": 0.1], rules: rules)
        #expect(tight.posts.map(\.niche) == ["b"], "what was posted an hour ago is in the way")
    }

    @Test("a choice that leaves a later slot empty is taken back")
    func backtracking() {
        // The first slot likes `a` best, but the second may take nothing else.
        let slots = [
            WeekPlan.Slot(platform: "linkedin", at: Bench.noon),
            WeekPlan.Slot(platform: "twitter", at: Bench.noon + .seconds(5 * 3_600)),
        ]
        let before = [PlannedPost(platform: "threads", at: Bench.noon + .seconds(4 * 3_600), niche: "b")]
        let plan = WeekPlan(slots, before: before, shares: ["a": 0.9, "b": 0.1], rules: rules)
        #expect(plan.empty.isEmpty)
        #expect(plan.posts.map(\.niche) == ["b", "a"])
    }

    @Test("the plan is written as iCalendar, and a second reading changes events instead of doubling them")
    func calendarFile() async throws {
        var bench = try Bench()
        let files = ScriptedFiles()
        bench.services = TaskServices(files: files)
        try await bench.run(.scheduler, "weekly-calendar", ["ics": "plan.ics"])
        let text = try #require(files.written.withLock { $0["plan.ics"] })
        let lines = text.components(separatedBy: "\r\n")
        #expect(lines.first == "BEGIN:VCALENDAR" && lines.suffix(2) == ["END:VCALENDAR", ""])
        #expect(lines.count { $0 == "BEGIN:VEVENT" } == 63)
        #expect(lines.allSatisfy { $0.utf8.count <= 75 })
        #expect(Set(lines.filter { $0.hasPrefix("UID:") }).count == 63)
        #expect(lines.contains("DTSTART:20260309T140000Z"))
        let dry = ScriptedFiles()
        bench.services = TaskServices(files: dry)
        try await bench.run(.scheduler, "weekly-calendar", ["ics": "plan.ics"], isDryRun: true)
        #expect(dry.written.withLock { $0.isEmpty })
    }

    @Test("commas, semicolons and long lines are written as RFC 5545 wants them")
    func escaping() {
        let title = "a, b; c\\d " + String(repeating: "ü", count: 60)
        let text = ICalendar.text(
            [ICalendar.Event(id: "x", at: Bench.noon, title: title, text: "line\nbreak")], name: "n", now: Bench.noon)
        #expect(text.contains("SUMMARY:a\\, b\\; c\\\\d "))
        #expect(text.contains("line\\nbreak"))
        #expect(text.components(separatedBy: "\r\n").allSatisfy { $0.utf8.count <= 75 })
        #expect(text.replacingOccurrences(of: "\r\n ", with: "").contains(String(repeating: "ü", count: 60)))
    }

    @Test("days planned up to their limit are told once a week (SC-12, K39)")
    func capacity() async throws {
        let bench = try Bench()
        let first = try await bench.run(.scheduler, "weekly-calendar")
        #expect(first.alerts.count == 1)
        #expect(first.alerts[0].html.contains("twitter on 5 days (3 a day)"))
        #expect(try await bench.run(.scheduler, "weekly-calendar").alerts.isEmpty)
    }

    @Test("dm-schedule ranks real contacts with the time of their window (SC-11, SC-20)")
    func messages() async throws {
        let bench = try Bench()
        try await bench.store.insert([
            Rows.contact(1, name: "Ada"), Rows.contact(2, name: "Bela"), Rows.contact(3, name: "Cora"),
            Rows.contact(4, name: "LinkedIn"), Rows.contact(5) { $0.archivedAt = Bench.noon },
        ])
        func score(_ number: Int, _ stage: String, _ score: Int, _ at: Instant) -> Draft<ProspectScores> {
            Draft {
                $0.contactID = id(number)
                $0.funnelStage = stage
                $0.score = score
                $0.nextTouchAt = at
                $0.nextTouchType = "dm"
            }
        }
        try await bench.store.insert([
            score(1, "consideration", 60, Bench.noon - .days(1)), score(2, "decision", 70, Bench.noon),
            score(3, "decision", 90, Bench.noon + .days(3)), score(4, "decision", 99, Bench.noon),
            score(5, "decision", 99, Bench.noon),
        ])
        let list = try #require(
            try await bench.run(.scheduler, "dm-schedule", ["hours": 24]).data["contacts"]?.array)
        #expect(list.map { $0["name"]?.string } == ["Bela", "Ada"])
        #expect(list.allSatisfy { $0["at"] == "2026-03-02T13:00:00Z" })
        try await bench.store.insert([
            Draft<MessageQueue> {
                $0.contactID = id(2)
                $0.platform = "twitter"
                $0.messageBody = "hello"
                $0.status = "pending"
            }
        ])
        let waiting = try #require(try await bench.run(.scheduler, "dm-schedule").data["contacts"]?.array)
        #expect(waiting.map { $0["name"]?.string } == ["Ada"])
    }
}
