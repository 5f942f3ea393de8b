import JSON
import Records
import Testing
import Time

@testable import Agents

@Suite struct OutreachTasksTests {
    /// 1 decision, 2 and 4 consideration, 3 awareness; 4 was written to yesterday, 5 asked us to stop, 6 has no handle.
    private func bench() async throws -> Bench {
        let bench = try Bench()
        try await bench.store.insert([
            Rows.contact(1, username: "ada", name: "Ada Love") {
                $0.bio = "Founder. Writes about churn and client onboarding."
                $0.nicheLabel = "saas_growth"
            },
            Rows.contact(2, "linkedin", username: "https://www.linkedin.com/in/bob/", name: "Bob Stone") {
                $0.nicheLabel = "ai_automation"
            },
            Rows.contact(3, "gmail", username: "cyd@example.com", name: "Cyd"),
            Rows.contact(4), Rows.contact(5), Rows.contact(6, "threads"),
        ])
        try await bench.store.insert([
            Rows.score(1, "decision", 82), Rows.score(2, "consideration", 44), Rows.score(3, "awareness", 12),
            Rows.score(4), Rows.score(5), Rows.score(6),
        ])
        try await bench.store.insert([
            Rows.interaction(4, "dm", "outbound", daysAgo: 1, content: "hello"),
            Rows.interaction(5, "dm_reply", daysAgo: 3, content: "Please stop."),
        ])
        return bench
    }

    private static let written: JSON = [
        "message": .string(
            "Your notes about client onboarding stayed with me. Most founders lose people in the first week. "
                + "Where do yours drop off?"), "cites": "client onboarding", "pain_point": "early churn",
        "reasoning": "asked for pricing",
    ]

    @Test("due names real rows by the stored stage, in order, and counts the others by reason (OU-05, OU-17)")
    func due() async throws {
        let bench = try await bench()
        let result = try await bench.run(.outreach, "due")
        let contacts = try #require(result.data["contacts"]?.array)
        #expect(contacts.compactMap { $0["contact_id"]?.string } == [1, 2, 3].map { id($0).text })
        #expect(contacts.compactMap { $0["stage"]?.string } == ["decision", "consideration", "awareness"])
        #expect(contacts.compactMap { $0["platform"]?.string } == ["twitter", "linkedin", "gmail"])
        #expect(contacts[0]["score"] == 82)
        #expect(contacts[0]["name"] == "Ada Love")
        #expect(contacts.allSatisfy { $0["scheduled_for"]?.string?.hasPrefix("2026-03-02T13") == true })
        #expect(contacts.allSatisfy { $0["reason"]?.string?.isEmpty == false })
        #expect(result.data["not_due"] == ["cooldown": 1, "stop_word": 1, "no_address": 1])
        #expect(try await bench.run(.outreach, "due", ["limit": 1]).data["contacts"]?.array?.count == 1)
    }

    @Test("the queue's row has every column, and its text is the one that will be sent (OU-09, OU-19, OU-20)")
    func buildQueue() async throws {
        var bench = try await bench()
        let model = ScriptedWriter(OutreachTasksTests.written)
        bench.services.model = model
        let result = try await bench.run(.outreach, "build-queue")
        let rows = try await bench.all(MessageQueue.self)
        #expect(rows.count == 3)
        let ada = try #require(rows.first { $0.contactID == id(1) })
        #expect(ada.messageBody == OutreachTasksTests.written["message"]?.string)
        #expect(ada.platform == "twitter")
        #expect(ada.messageType == "outreach")
        #expect(ada.status == "pending")
        #expect(ada.priority == 1)
        #expect(ada.offerName == "saas_consulting")
        #expect(ada.createdAt == bench.now)
        #expect(ada.scheduledFor?.iso8601.hasPrefix("2026-03-02T13") == true)
        let reasoning = try #require(ada.aiReasoning)
        #expect(reasoning.hasPrefix("decision stage"))
        #expect(reasoning.contains("asked for pricing"))
        #expect(reasoning.contains("scripted-1"))
        #expect(reasoning.contains("client onboarding"))
        let bob = try #require(rows.first { $0.contactID == id(2) })
        #expect(bob.messageBody.contains("Hi Bob"))
        #expect(bob.messageBody.contains("AI automation"))
        #expect(bob.priority == 2)
        #expect(bob.offerName == "safari_automation")
        #expect(bob.sentAt == nil)
        let cyd = try #require(rows.first { $0.contactID == id(3) })
        #expect(cyd.platform == "gmail")
        #expect(cyd.messageBody.hasPrefix("Subject: "))
        // A template for those below 50, no question to the model.
        #expect(model.prompts.count == 1)
        #expect(result.data["queued"] == 3)
        #expect(result.data["generated"] == 1)
        #expect(result.degraded.isEmpty)
        #expect(result.alerts.map(\.html) == ["📬 Outreach: 3 queued | 1 decision (Ada Love → twitter)"])
    }

    @Test("built again it queues nobody twice and says nothing (OU-04, K19)")
    func again() async throws {
        let bench = try await bench()
        try await bench.run(.outreach, "build-queue")
        let again = try await bench.run(.outreach, "build-queue")
        #expect(again.data["queued"] == 0)
        #expect(again.alerts.isEmpty)
        #expect(again.data["not_due"]?["open_message"] == 3)
        #expect(try await bench.all(MessageQueue.self).count == 3)
    }

    @Test("a dry run shows the same bytes as the run after it, and writes nothing (OU-13, K21)")
    func dryRun() async throws {
        var bench = try await bench()
        bench.services.model = ScriptedWriter(OutreachTasksTests.written)
        let shown = try await bench.run(.outreach, "build-queue", isDryRun: true)
        #expect(try await bench.all(MessageQueue.self).isEmpty)
        #expect(shown.alerts.isEmpty)
        try await bench.run(.outreach, "build-queue")
        let bodies = Set(try await bench.all(MessageQueue.self).map(\.messageBody))
        #expect(Set(shown.data["messages"]?.array?.compactMap { $0["message_body"]?.string } ?? []) == bodies)
        for body in bodies { #expect(shown.summary.contains(body)) }
    }

    @Test("without a model, or with one that breaks a limit, the text is a template and the run says so (OU-07, OU-20)")
    func fallback() async throws {
        let bad: JSON = [
            "message": "Your client onboarding saved 900 hours. #wow. Next?", "cites": "client onboarding",
            "pain_point": "", "reasoning": "",
        ]
        let models = [nil, ScriptedWriter(failing: .budgetSpent("20 of 20 calls")), ScriptedWriter(bad)]
        for model in models {
            var bench = try await bench()
            bench.services.model = model
            let result = try await bench.run(.outreach, "build-queue")
            #expect(result.degraded.count == 1, "\(result.degraded)")
            let ada = try #require(try await bench.all(MessageQueue.self).first { $0.contactID == id(1) })
            #expect(ada.messageBody.hasPrefix("Hi Ada"))
            #expect(ada.messageBody.contains("SaaS growth"))
            #expect(ada.aiReasoning?.contains("a template because") == true)
        }
    }

    @Test("nobody gets a text that they have had; who has had all is left out (OU-08)")
    func neverTwiceTheSame() async throws {
        var bench = try Bench()
        try await bench.store.insert([Rows.contact(1, name: "Ada") { $0.nicheLabel = "ai_automation" }])
        try await bench.store.insert([Rows.score(1)])
        var bodies: [String] = []
        for _ in 0..<4 {
            try await bench.run(.outreach, "build-queue")
            for row in try await bench.all(MessageQueue.self) where row.status == "pending" {
                bodies.append(row.messageBody)
                try await bench.store.update(
                    where: \MessageQueue.id == row.id,
                    set: Draft {
                        $0.status = "sent"
                        $0.sentAt = bench.now
                    })
            }
            bench.now = bench.now + .days(8)
        }
        #expect(bodies.count == 3)
        #expect(Set(bodies).count == 3)
        #expect(try await bench.run(.outreach, "build-queue").data["left"]?["has had every template of the stage"] == 1)
    }

    @Test("what was said before decides the type of the message (OU-09)")
    func types() async throws {
        let bench = try Bench()
        try await bench.store.insert([Rows.contact(1), Rows.contact(2), Rows.contact(3)])
        try await bench.store.insert([Rows.score(1), Rows.score(2), Rows.score(3)])
        try await bench.store.insert([
            Rows.interaction(2, "dm", "outbound", daysAgo: 20), Rows.interaction(3, "dm", "outbound", daysAgo: 20),
            Rows.interaction(3, "dm_reply", daysAgo: 19, content: "thanks"),
        ])
        try await bench.run(.outreach, "build-queue")
        let rows = try await bench.all(MessageQueue.self)
        let types = Dictionary(uniqueKeysWithValues: rows.map { ($0.contactID, $0.messageType) })
        #expect(types == [id(1): "outreach", id(2): "follow_up", id(3): "value_add"])
    }

    @Test("switched off, nothing is queued and the run says so")
    func disabled() async throws {
        var bench = try await bench()
        bench.settings.outreach.enabled = false
        let result = try await bench.run(.outreach, "build-queue")
        #expect(result.degraded.first?.contains("outreach.enabled") == true)
        #expect(try await bench.all(MessageQueue.self).isEmpty)
    }

    @Test("more are due than one run queues: the first by stage and score are taken (OU-05)")
    func limit() async throws {
        var bench = try await bench()
        bench.settings.outreach.queuePerRun = 2
        let result = try await bench.run(.outreach, "build-queue")
        #expect(result.data["not_taken"] == 1)
        #expect(Set(try await bench.all(MessageQueue.self).map(\.contactID)) == [id(1), id(2)])
    }

    @Test("e-mails wait with their age and their address, under either name of the platform (K15, K17)")
    func emailQueue() async throws {
        let bench = try await bench()
        try await bench.store.insert([
            Rows.message(1, to: 3, "pending", "gmail", body: "Subject: A\n\nB", at: Bench.noon - .days(3)),
            Rows.message(2, to: 1, "pending", "email", body: "Subject: C\n\nD"),
            Rows.message(3, to: 2, "sent", "gmail"), Rows.message(4, to: 2, "pending", "twitter"),
        ])
        let result = try await bench.run(.outreach, "email-queue")
        let mails = try #require(result.data["emails"]?.array)
        #expect(mails.compactMap { $0["age"]?.string } == ["3 d", "1 h"])
        #expect(mails[0]["address"] == "cyd@example.com")
        #expect(mails[1]["address"] == JSON.null)
        #expect(result.summary.contains("Subject: A\n\nB"))
    }

    @Test("stats count cancelled messages and those of unknown fate apart from failures (OU-14, readings 6)")
    func stats() async throws {
        let bench = try await bench()
        let (sent, old) = (Bench.noon - .days(2), Bench.noon - .days(40))
        try await bench.store.insert([
            Rows.message(1, to: 1, "sent", at: sent, sentAt: sent),
            Rows.message(2, to: 2, "sent", "linkedin", at: sent, sentAt: sent),
            Rows.message(3, to: 3, "failed", reasoning: "x"),
            Rows.message(4, to: 3, "failed", reasoning: QueueNote.unknown("x", at: sent)),
            Rows.message(5, to: 3, "failed", reasoning: QueueNote.cancelled("x", at: sent)),
            Rows.message(6, to: 3, "cancelled"), Rows.message(7, to: 3, "sent", at: old, sentAt: old),
        ])
        try await bench.store.insert([Rows.interaction(1, "dm_reply", daysAgo: 1, content: "hi")])
        let data = try await bench.run(.outreach, "stats").data
        #expect(data["by_status"] == ["sent": 2, "failed": 1, "unknown": 1, "cancelled": 2])
        #expect(data["by_platform"]?["linkedin"] == ["sent": 1])
        #expect(data["contacts_answered"] == 1)
        #expect(data["contacts_written_to"] == 2)
    }
}
