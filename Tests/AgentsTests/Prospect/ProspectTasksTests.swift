import Agents
import JSON
import Records
import Testing
import Time

@Suite struct ProspectTasksTests {
    /// Contact 1 is in the decision stage, 2 in consideration, 3 in awareness, 4 and 5 are bots.
    private func bench() async throws -> Bench {
        let bench = try Bench()
        try await bench.store.insert([
            Rows.contact(1, username: "ada", name: "Ada <3") {
                $0.repliesReceived = 7
                $0.bio = "Founder"
                $0.icpScore = 90
            },
            Rows.contact(2, "linkedin", name: "Bob") { $0.repliesReceived = 4 },
            Rows.contact(3, "gmail", username: "cyd@example.com"),
            Rows.contact(4, "gmail", name: "LinkedIn") { $0.repliesReceived = 20 },
            Rows.contact(5, "gmail", username: "ship-confirm@amazon.com") { $0.repliesReceived = 20 },
        ])
        return bench
    }

    private func score(_ number: Int, in bench: Bench) async throws -> Row<ProspectScores>? {
        try await bench.all(ProspectScores.self).first { $0.contactID == id(number) }
    }

    @Test("score-all writes one row a contact, none for a bot, each with a valid stage (PR-01, PR-23, PR-24)")
    func scoreAll() async throws {
        let bench = try await bench()
        let result = try await bench.run(.prospect, "score-all")
        let rows = try await bench.all(ProspectScores.self)
        #expect(Set(rows.map(\.contactID)) == Set([1, 2, 3].map(id)))
        #expect(rows.allSatisfy { ["awareness", "consideration", "decision"].contains($0.funnelStage) })
        #expect(try await score(1, in: bench)?.score == 69)
        #expect(try await score(1, in: bench)?.scoreBreakdown?["icp_keyword"] == 10)
        #expect(result.data["scored"] == 3)
        #expect(result.data["bots"] == 2)
        #expect(result.data["stages"] == ["awareness": 1, "consideration": 1, "decision": 1])
        #expect(result.data["research_ready"] == 1)
        #expect(result.data["top"]?.array?.compactMap { $0["score"]?.integer } == [69, 35, 0])
    }

    @Test("signals come from interactions, conversations, associations and scraped tweets (PR-03…PR-10)")
    func signals() async throws {
        let bench = try Bench()
        try await bench.store.insert([Rows.contact(1, username: "@Ada"), Rows.contact(2)])
        try await bench.store.insert([
            Rows.interaction(1, "dm_reply", daysAgo: 8, content: "what is your budget"),
            Rows.interaction(1, "email_reply"),
            Rows.interaction(1, "email", "outbound", metadata: ["opened": true]),
        ])
        try await bench.store.insert([Rows.tweet("1", by: "ada")])
        try await bench.store.insert(
            ["twitter", "tiktok"].map { platform in
                Draft<PlatformAssociations> {
                    $0.contactID = id(1)
                    $0.platform = platform
                }
            })
        try await bench.run(.prospect, "score-all")
        #expect(
            try await score(1, in: bench)?.scoreBreakdown == [
                "dm_reply": 15, "dm_replies": 5, "email_replied": 12, "email_opened": 6, "twitter_eng": 8,
                "multi_platform": 5, "offer_keyword": 15,
            ])
        #expect(try await score(2, in: bench)?.score == 0)
    }

    @Test("our own e-mails and replies earn nothing but move the clock (K6)")
    func ownSends() async throws {
        let bench = try Bench()
        try await bench.store.insert([Rows.contact(1)])
        try await bench.store.insert([
            Rows.interaction(1, "email", "outbound", daysAgo: 20, content: "our pricing"),
            Rows.interaction(1, "email_reply", "outbound", daysAgo: 15),
            Rows.interaction(1, "dm_reply", "outbound", daysAgo: 15),
        ])
        try await bench.run(.prospect, "score-all")
        #expect(try await score(1, in: bench)?.scoreBreakdown == ["decay": -4])
    }

    static let messages: [([Draft<Conversations>], Bool)] = [
        ([Rows.conversation(1, "what does it cost?")], true),
        ([Rows.conversation(1, "You: our pricing is …")], false),
        ([Rows.conversation(1, "our pricing", direction: "outbound")], false),
        ([Rows.conversation(1, "You: is how I would hire", direction: "inbound")], true),
        ([Rows.conversation(1, "pricing", at: Bench.noon - .days(2)), Rows.conversation(1, "thanks")], false),
        ([Rows.conversation(1, "pricing"), Rows.conversation(1, "thanks", at: nil)], true),
        ([Rows.conversation(1, "pricing", at: Bench.noon - .days(2)), Rows.conversation(1, "You: bye")], true),
        ([Rows.conversation(1, "budgeting services?")], true), ([Rows.conversation(1, "budgeting service")], false),
    ]

    @Test("only the contact's own last message can ask for an offer (PR-10, readings 7)", arguments: messages)
    func offerKeyword(_ conversations: [Draft<Conversations>], _ isHit: Bool) async throws {
        let bench = try Bench()
        try await bench.store.insert([Rows.contact(1)])
        try await bench.store.insert(conversations)
        try await bench.run(.prospect, "score-all")
        #expect((try await score(1, in: bench)?.scoreBreakdown?["offer_keyword"] != nil) == isHit)
    }

    @Test("a second run updates the rows, doubles none and keeps briefs (PR-17, PR-27)")
    func rescore() async throws {
        var bench = try await bench()
        try await bench.run(.prospect, "score-all")
        let before = try #require(try await score(1, in: bench))
        try await bench.store.update(
            where: \ProspectScores.contactID == id(1),
            set: Draft {
                $0.researchDone = true
                $0.researchData = ["brief": "three sentences"]
            })
        bench.now = Bench.noon + .days(1)
        let result = try await bench.run(.prospect, "score-all")
        let after = try #require(try await score(1, in: bench))
        #expect(try await bench.all(ProspectScores.self).count == 3)
        #expect(after.id == before.id)
        #expect(after.createdAt == before.createdAt)
        #expect(after.updatedAt == bench.now)
        #expect(after.researchData == ["brief": "three sentences"])
        #expect(result.data["research_ready"] == 0)
    }

    @Test("the message comes when somebody enters the decision stage, not again after (PR-21, readings 12)")
    func alert() async throws {
        let bench = try await bench()
        let first = try await bench.run(.prospect, "score-all")
        #expect(first.alerts.map(\.html) == ["🎯 New decision-stage prospects: 1\n• Ada &lt;3: 69 (twitter) 🆕"])
        #expect(first.data["entered_decision"]?.array?.count == 1)
        let second = try await bench.run(.prospect, "score-all")
        #expect(second.alerts.isEmpty)
        #expect(second.data["entered_decision"] == [])
        try await bench.store.update(where: \Contacts.id == id(2), set: Draft { $0.repliesReceived = 12 })
        let third = try await bench.run(.prospect, "score-all")
        #expect(third.alerts.first?.html.hasSuffix("• Bob: 75 (linkedin) 🆕\n• Ada &lt;3: 69 (twitter)") == true)
    }

    @Test("a bot that was scored before it was listed loses its row, unless it holds a brief (PR-14)")
    func formerBots() async throws {
        var bench = try await bench()
        bench.settings.prospect.bots = BotLists()
        bench.settings.prospect.bots.names = []
        bench.settings.prospect.bots.domains = []
        try await bench.run(.prospect, "score-all")
        try await bench.store.update(where: \ProspectScores.contactID == id(5), set: Draft { $0.researchDone = true })
        bench.settings = Settings()
        let result = try await bench.run(.prospect, "score-all")
        #expect(result.data["removed_bots"] == 1)
        #expect(try await score(4, in: bench) == nil)
        #expect(try await score(5, in: bench) != nil)
        let top = try await bench.run(.prospect, "top")
        #expect(top.data["contacts"]?.array?.compactMap { $0["contact_id"]?.string } == [1, 2, 3].map { id($0).text })
    }

    @Test("a dry run reports and writes nothing (readings 19)")
    func dryRun() async throws {
        let bench = try await bench()
        let result = try await bench.run(.prospect, "score-all", isDryRun: true)
        #expect(result.data["scored"] == 3)
        #expect(try await bench.all(ProspectScores.self).isEmpty)
    }

    @Test("score shows one contact's points and writes its row alone (PR-18)")
    func scoreOne() async throws {
        let bench = try await bench()
        let result = try await bench.run(.prospect, "score", ["contact_id": .string(id(2).text)])
        #expect(result.data["score"] == 35)
        #expect(result.data["score_breakdown"] == ["dm_reply": 15, "dm_replies": 20])
        #expect(result.summary.hasPrefix("Bob (linkedin): 35, consideration\n"))
        #expect(try await bench.all(ProspectScores.self).map(\.contactID) == [id(2)])
        let bot = try await bench.run(.prospect, "score", ["contact_id": .string(id(4).text)])
        #expect(bot.data["bots"] == 1)
        await #expect(throws: TaskError.self) {
            try await bench.run(.prospect, "score", ["contact_id": .string(id(99).text)])
        }
    }

    @Test("top is sorted and shows name, stage, score and platform (PR-26)")
    func top() async throws {
        let bench = try await bench()
        try await bench.run(.prospect, "score-all")
        let result = try await bench.run(.prospect, "top", ["limit": 2])
        #expect(
            result.summary == """
                NAME    STAGE          SCORE  PLATFORM
                Ada <3  decision       69     twitter
                Bob     consideration  35     linkedin
                """)
        #expect(result.data["contacts"]?.array?.count == 2)
    }

    @Test("next-actions names those whose next touch is today, in UTC (PR-19)")
    func nextActions() async throws {
        let bench = try await bench()
        try await bench.store.insert([Rows.interaction(2, "dm", "outbound", daysAgo: 1)])
        try await bench.run(.prospect, "score-all")
        let result = try await bench.run(.prospect, "next-actions")
        let shown = (result.data["contacts"]?.array ?? []).compactMap { $0["contact_id"]?.string }
        #expect(shown == [id(1).text, id(3).text])
        #expect(result.data["contacts"]?.array?.last?["next_touch_type"] == "email")
    }

    @Test("research-ready names decision-stage contacts without a brief, buying signals first (PR-15, PR-19, K3)")
    func researchReady() async throws {
        let bench = try await bench()
        try await bench.store.insert([
            Rows.contact(6, name: "High") { $0.repliesReceived = 15 },
            Rows.contact(7, name: "Done") { $0.repliesReceived = 15 },
        ])
        try await bench.run(.prospect, "score-all")
        try await bench.store.update(where: \ProspectScores.contactID == id(7), set: Draft { $0.researchDone = true })
        let result = try await bench.run(.prospect, "research-ready")
        let contacts = result.data["contacts"]?.array ?? []
        #expect(contacts.compactMap { $0["name"]?.string } == ["Ada <3", "High"])
        #expect(contacts.first?["signals"] == ["icp_fit"])
    }

    @Test("an empty CRM is no error")
    func empty() async throws {
        let bench = try Bench()
        #expect(try await bench.run(.prospect, "score-all").data["scored"] == 0)
        for task in ["top", "next-actions", "research-ready"] {
            #expect(try await bench.run(.prospect, task).data["contacts"] == [])
        }
    }

    @Test("five hundred contacts over several pages are scored in less than a minute (PR-22)")
    func manyContacts() async throws {
        let bench = try Bench()
        try await bench.store.insert(
            (1...2_500).map { number in Rows.contact(number) { $0.repliesReceived = number % 3 } })
        try await bench.store.insert((1...2_500).map { Rows.interaction($0, "dm_reply") })
        let clock = ContinuousClock()
        let start = clock.now
        let result = try await bench.run(.prospect, "score-all")
        #expect(clock.now - start < .seconds(60))
        #expect(result.data["scored"] == 2_500)
        #expect(try await bench.all(ProspectScores.self).allSatisfy { $0.score == 20 || $0.score == 25 })
    }
}
