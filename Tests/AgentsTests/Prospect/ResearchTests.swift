import ActpTesting
import Agents
import JSON
import Records
import Testing
import Time

/// Briefs about decision-stage contacts (PR-15…PR-17, PROS-004).
@Suite struct ResearchTests {
    private static let three = "Ada builds tools. She asked for prices. Begin with her last post."

    /// Contacts 1 and 2 are in the decision stage, 2 with a buying signal; 3 is not.
    private func bench(_ model: ScriptedModel?) async throws -> Bench {
        var bench = try Bench()
        bench.services.model = model
        try await bench.store.insert([
            Rows.contact(1, name: "Ada") { $0.repliesReceived = 11 },
            Rows.contact(2, name: "Bob") { $0.repliesReceived = 7 },
            Rows.contact(3, name: "Cyd") { $0.repliesReceived = 2 },
        ])
        try await bench.store.insert([Rows.conversation(2, "What would your services cost?", direction: "inbound")])
        try await bench.run(.prospect, "score-all")
        return bench
    }

    private func model(_ brief: String = ResearchTests.three) -> ScriptedModel {
        ScriptedModel { _ throws(ModelError) in ["brief": .string(brief), "pain_point": "time", "offer": "none"] }
    }

    private func score(_ number: Int, _ bench: Bench) async throws -> Row<ProspectScores>? {
        try await bench.all(ProspectScores.self).first { $0.contactID == id(number) }
    }

    @Test(
        "whoever reaches 65 without a brief gets one, those with buying signals first, within the limit (PR-15, PR-25)")
    func briefs() async throws {
        let model = model()
        let bench = try await bench(model)
        let first = try await bench.run(.prospect, "research", ["limit": 1])
        #expect(first.data["written"] == 1 && first.degraded.isEmpty)
        let bob = try #require(try await score(2, bench))
        #expect(bob.researchDone == true && bob.researchAt == bench.now)
        #expect(bob.researchData?["brief"]?.string == ResearchTests.three)
        #expect(bob.researchData?["signals"] == ["offer_keyword"])
        #expect(bob.researchData?["generated_by"] == "claude" && bob.researchData?["model"] == "scripted")
        #expect(try await score(1, bench)?.researchDone == false)
        #expect(model.prompts[0].material.contains { $0.text == "What would your services cost?" })
        try await bench.run(.prospect, "research")
        #expect(try await score(1, bench)?.researchDone == true)
        #expect(try await score(3, bench)?.researchDone == false)
        // PR-17: nobody is researched twice.
        #expect(try await bench.run(.prospect, "research").data["written"] == 0)
        #expect(model.prompts.count == 2)
    }

    @Test("a brief that is not three sentences, or has a link, is not stored: a template is, and says so (PR-16)")
    func validation() async throws {
        for bad in ["One. Two.", "One. Two. See https://example.com now."] {
            let bench = try await bench(model(bad))
            let result = try await bench.run(.prospect, "research", ["limit": 1])
            #expect(result.data["templates"] == 1 && result.degraded.count == 1)
            #expect(try await score(2, bench)?.researchData?["generated_by"] == "template")
        }
    }

    @Test("without a key the brief is a template of three sentences from the rows, marked as such")
    func template() async throws {
        let bench = try await bench(nil)
        let result = try await bench.run(.prospect, "research")
        #expect(result.degraded == ["no ANTHROPIC_API_KEY: a template instead of a brief (2×)"])
        let brief = try #require(try await score(2, bench)?.researchData?["brief"]?.string)
        #expect(brief.contains("What would your services cost?") || brief.contains("What would your services cost"))
        #expect(brief.split(separator: ". ").count == 3, "\(brief)")
    }

    @Test("a spent budget skips the run; a service that is away ends it as such; both only when nothing was written")
    func refusals() async throws {
        let spent = try await bench(ScriptedModel { _ throws(ModelError) in throw .budgetSpent("$2") })
        await #expect(throws: TaskRefusal("budget: $2")) { try await spent.run(.prospect, "research") }
        let away = try await bench(ScriptedModel { _ throws(ModelError) in throw .unavailable("down") })
        let error = await #expect(throws: ServiceError.self) { try await away.run(.prospect, "research") }
        #expect(error?.isAway == true && error?.isSafeToRepeat == true)
        let once = ScriptedModel { prompt throws(ModelError) in
            guard prompt.material.contains(where: { $0.text == "Bob" }) else { throw .budgetSpent("$2") }
            return ["brief": .string(ResearchTests.three), "pain_point": "", "offer": "none"]
        }
        let half = try await bench(once)
        let result = try await half.run(.prospect, "research")
        #expect(result.data["written"] == 1)
        #expect(result.degraded == ["1 briefs wait for the next run: budget: $2"])
    }

    @Test("a dry run shows the briefs and stores none")
    func dryRun() async throws {
        let bench = try await bench(model())
        let result = try await bench.run(.prospect, "research", isDryRun: true)
        #expect(result.data["written"] == 2 && result.summary.contains(ResearchTests.three))
        #expect(try await score(2, bench)?.researchDone == false)
    }
}
