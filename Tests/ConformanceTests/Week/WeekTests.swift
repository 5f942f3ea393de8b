import ActpTesting
import JSON
import Records
import Scheduling
import Stores
import Testing
import Time

/// Seven days of the whole business on a clock that is set, with the schedules as they are shipped. Each service fails for
/// some hours in turn, posts' figures arrive late, renders take their time and fail, two posts lose their answers.
@Suite(.timeLimit(.minutes(15)))
struct WeekTests {
    /// By hand, from `schedules.json`: 7 sweeps, 28 scorings, 28 researches, 84 checkbacks, 7 + 1 of youtube, 7 of
    /// associations, 2 pulls, 7 queues, 20 send windows, 2 pipelines, 2,016 polls, 7 saturation checks, 1 weekly summary.
    private static let slots = 2_217

    private static func afternoon(_ day: Int) -> Instant {
        Week.begin + .seconds(Int64(day) * 86_400 + 14 * 3_600 + 5 * 60)
    }

    @Test("a week with every service failing in turn: each slot, row, post, render, message and alert is accounted for")
    func week() async throws {
        let installation = try Installation()
        try installation.configure("actpd.json", #"{"remotion": {"distribution": "direct"}}"#)
        let time = ManualTime(Week.begin - .seconds(30))
        let standIns = StandIns(time)
        let niches = ["ai_automation", "saas_growth", "digital_marketing", "creator_economy", "content_creation"]
        var tests = (0..<7).map { day in
            Week.PostedTest(at: WeekTests.afternoon(day), topic: "idea number \(day + 1)", niche: niches[day % 5])
        }
        tests[6].fault = .takeAndHangUp
        try await standIns.serving { addresses in
            let week = try Week(installation, time, standIns, addresses)
            try await week.found()
            // The answer to one order of a render gets lost.
            standIns.renderer.loseAnswers(1)
            try await week.live(through: tests)
            let audit = try await WeekAudit(week)

            let slots = audit.slots
            #expect(slots.faults == [])
            #expect(slots.runs + slots.skipped + slots.missed == WeekTests.slots)
            #expect(audit.taskRows == [])
            #expect(audit.failures(excused: tests[6].at) == [])
            #expect(audit.posts == [])
            #expect(audit.renders == [])
            #expect(audit.deliveries == [])
            #expect(audit.alerts == [])
            #expect(audit.messagesShown == audit.told.count)
            #expect(try week.ledger.backlog(.owner).count == 0)
            #expect(try week.ledger.backlog(.taskLog).count == 0)

            // It was a week worth auditing: every outage was met, and everything happened that can.
            for service in Outages.Service.allCases { #expect(standIns.met[service.rawValue] > 0, "\(service)") }
            #expect(audit.tests.count { $0.status == "complete" } >= 3)
            #expect(audit.tests.count { $0.status == "error" } == 2)
            #expect(audit.jobs.count >= 4 && audit.jobs.contains { ($0.attempts ?? 0) > 1 })
            #expect(standIns.messages.allSatisfy { $0.delivered.count > 5 })
            // The model wrote what it could, and a template what it could not.
            let isWritten = { (test: Row<ABTests>) in test.variantAText.contains("quiet hour") }
            #expect(audit.tests.contains(where: isWritten) && !audit.tests.allSatisfy(isWritten))
            #expect(audit.messages.contains { $0.messageBody.contains("I keep thinking about") })
            #expect(standIns.telegram.messages.contains { $0.text.hasPrefix("🔔 ") }, "what waited became a digest")
        }
    }
}
