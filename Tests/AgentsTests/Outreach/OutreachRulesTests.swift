import Records
import Testing
import Time

@testable import Agents

@Suite struct OutreachRulesTests {
    private let rules = OutreachRules(OutreachSettings(), bots: BotLists())

    private func verdict(_ person: OutreachCase, at now: Instant = Bench.noon) -> NotDue? {
        if case .failure(let refused) = rules.verdict(person, at: now) { return refused.reason }
        return nil
    }

    // MARK: Cooldown and weekly limit

    @Test(
        "the cooldown is 2, 7 and 14 days; to the microsecond (OU-01…OU-04)",
        arguments: [(FunnelStage.decision, 2), (.consideration, 7), (.awareness, 14)])
    func cooldown(_ stage: FunnelStage, _ days: Int) throws {
        let end = Bench.noon - .days(days)
        let within = try Cases.person(stage: stage) { $0.addTouch(id(7), at: end + .microseconds(1)) }
        let over = try Cases.person(stage: stage) { $0.addTouch(id(7), at: end) }
        #expect(verdict(within) == .cooldown)
        // The seventh day is still within the last 168 hours only to the microsecond.
        #expect(verdict(over) == nil)
    }

    @Test("a touch that only the CRM's column knows, or the queue, counts like one of the interactions (OU-18)")
    func sources() throws {
        let column = try Cases.person(Rows.contact(1) { $0.lastOutboundAt = Bench.noon - .days(1) })
        #expect(verdict(column) == .cooldown)
        let sent = try row(Rows.message(1, to: 1, "sent", sentAt: Bench.noon - .days(1)))
        #expect(verdict(try Cases.person { $0.add(sent) }) == .cooldown)
        let unknown = try row(
            Rows.message(
                1, to: 1, "failed", reasoning: "x\n" + QueueNote.unknown("timed out", at: Bench.noon - .days(1))))
        #expect(verdict(try Cases.person { $0.add(unknown) }) == .cooldown)
        let failed = try row(
            Rows.message(1, to: 1, "failed", reasoning: QueueNote.failed("no such user", at: Bench.noon)))
        #expect(verdict(try Cases.person { $0.add(failed) }) == nil)
    }

    @Test("of a message in the interactions and in the queue one is counted (OU-01, readings 4)")
    func once() throws {
        let sent = try (0..<3).map { number in
            try row(Rows.message(number, to: 1, "sent", sentAt: Bench.noon - .days(2 + number)))
        }
        func person(_ count: Int) throws -> OutreachCase {
            try Cases.person(stage: .decision) { history in
                for row in sent.prefix(count) {
                    history.add(row)
                    if let at = row.sentAt { history.addTouch(row.id, at: at) }
                }
            }
        }
        #expect(verdict(try person(2)) == nil)
        #expect(verdict(try person(3)) == .weeklyLimit)
    }

    @Test("an open message of any sender is in the way (OU-04)")
    func open() throws {
        for status in ["pending", "sending"] {
            let row = try row(Rows.message(1, to: 1, status))
            let person = try Cases.person { $0.add(row) }
            #expect(verdict(person) == .openMessage)
        }
    }

    @Test("the stored stage decides; a word of another program is not due, whatever the score (K2, D12)")
    func stages() throws {
        #expect(verdict(try Cases.person(stage: nil)) == .unknownStage)
        #expect(FunnelStage(rawValue: "closed_won") == nil)
        #expect(FunnelStage.allCases.map(\.priority).sorted() == [1, 2, 3])
        #expect(FunnelStage(priority: 1) == .decision)
    }

    @Test("archived contacts and bots are never due (K22, PR-14)")
    func outOfBusiness() throws {
        #expect(verdict(try Cases.person(Rows.contact(1) { $0.archivedAt = Bench.noon })) == .archived)
        #expect(verdict(try Cases.person(Rows.contact(1, name: "LinkedIn"))) == .bot)
    }

    // MARK: Refusals

    @Test(
        "a stop-word in the latest message of theirs ends outreach, as a whole word in any case (K22, readings 3)",
        arguments: [
            ("STOP", true), ("please stop.", true), ("Unsubscribe!", true), ("No thanks", true), ("do not DM me", true),
            ("Don’t message me again", true), ("dont contact me", true), ("I'm not interested, sorry", true),
            ("nonstop work these days", false), ("I stopped by", false), ("sure, tell me more", false),
        ])
    func stopWords(_ words: String, _ isStop: Bool) throws {
        let person = try Cases.person { $0.addInbound(words, at: Bench.noon - .days(1)) }
        #expect(verdict(person) == (isStop ? .stopWord : nil))
    }

    @Test("only the latest message of theirs counts, and ours never does (readings 3)")
    func latest() throws {
        let later = try Cases.person {
            $0.addInbound("stop", at: Bench.noon - .days(9))
            $0.addInbound("sorry, go on", at: Bench.noon - .days(8))
        }
        #expect(verdict(later) == nil)
        let preview = try Cases.person(Rows.contact(1) { $0.lastMessage = "please stop" })
        #expect(verdict(preview) == .stopWord)
        let ours = try Cases.person(Rows.contact(1) { $0.lastMessage = "You: I will stop asking" })
        #expect(verdict(ours) == nil)
    }

    @Test(
        "do_not_do blocks when it speaks of messages, and when nobody can say what it means (K22, readings 3)",
        arguments: [
            ("do not message", NotDue.doNotDo), ("no DMs, call only", .doNotDo),
            ("never CONTACT on weekends", .doNotDo),
            ("everything", .doNotDo), ("🚫", .doNotDo), ("stop", .doNotDo), ("mention competitors", nil), ("  ", nil),
            ("no email please", nil),
        ])
    func doNotDo(_ remark: String, _ expected: NotDue?) throws {
        #expect(verdict(try Cases.person(Rows.contact(1) { $0.doNotDo = remark })) == expected)
    }

    @Test("who opted out of e-mail is written to elsewhere, and not at all when known by nothing else (readings 3)")
    func emailOptOut() throws {
        let mail = Rows.contact(1, "gmail", username: "ada@example.com") { $0.emailOptedOut = true }
        #expect(verdict(try Cases.person(mail, touch: "email")) == .optedOut)
        var both = mail
        both.twitterHandle = "ada"
        guard case .success(let touch) = rules.verdict(try Cases.person(both, touch: "email"), at: Bench.noon) else {
            Issue.record("not due")
            return
        }
        #expect(touch.address == Address(platform: .twitter, handle: "ada"))
    }

    // MARK: Address

    private func address(
        _ draft: Draft<Contacts>, touch: String? = "dm", conversation: String? = nil,
        _ associations: [Draft<PlatformAssociations>] = []
    ) throws -> String? {
        let rows = try associations.map { draft in
            try Row<PlatformAssociations>(PlatformAssociations.definition.columns.map { draft.cells[$0.name] ?? .null })
        }
        let found = AddressBook(try Cases.contact(draft), rows)
            .choose(nextTouchType: touch, conversation: conversation, isEmailRefused: false)
        return found.map { "\($0.platform.rawValue):\($0.handle)" }
    }

    @Test("the platform is that of the next touch, the latest conversation, the contact, then Twitter (OU-06, K16)")
    func platform() throws {
        let draft = Rows.contact(1, "instagram", username: "ada") {
            $0.twitterHandle = "@ada_t"
            $0.tiktokHandle = "ada.tt"
            $0.email = "ada@example.com"
        }
        #expect(try address(draft, touch: "twitter", conversation: "tiktok") == "twitter:ada_t")
        #expect(try address(draft, touch: "email", conversation: "tiktok") == "gmail:ada@example.com")
        #expect(try address(draft, touch: "dm", conversation: "tiktok") == "tiktok:ada.tt")
        #expect(try address(draft, touch: "dm", conversation: "threads") == "instagram:ada")
        let threads = Rows.contact(1, "threads", username: "ada") { $0.twitterHandle = "ada_t" }
        #expect(try address(threads) == "twitter:ada_t")
    }

    @Test("a handle is never guessed: fuzzy matches and display names are none (readings 2)")
    func handles() throws {
        let threads = Rows.contact(1, "threads", username: "ada")
        #expect(try address(threads) == nil)
        #expect(try address(threads, [Rows.association(1, "twitter", "ada", "fuzzy_match")]) == nil)
        #expect(try address(threads, [Rows.association(1, "twitter", "ada", "crm_match")]) == "twitter:ada")
        #expect(try address(Rows.contact(1, "tiktok", username: "Ada Love")) == nil)
        #expect(
            try address(Rows.contact(1, "linkedin", username: "https://www.linkedin.com/in/ada/"))
                == "linkedin:https://www.linkedin.com/in/ada/")
        #expect(try address(Rows.contact(1, "linkedin", username: "https://example.com/ada")) == nil)
        #expect(verdict(try Cases.person(threads)) == .noAddress)
    }

    // MARK: Windows

    @Test(
        "messages are planned in the first half of a window of their stage (OU-01…OU-03, readings 4)",
        arguments: [
            // Monday noon, Monday 15:00, Thursday 15:00, Friday 18:00.
            (FunnelStage.decision, "2026-03-02T12:00:00Z", "2026-03-02T13"),
            (.decision, "2026-03-02T15:00:00Z", "2026-03-02T17"),
            (.decision, "2026-03-06T18:00:00Z", "2026-03-09T13"),
            (.consideration, "2026-03-02T15:00:00Z", "2026-03-03T13"),
            (.awareness, "2026-03-05T15:00:00Z", "2026-03-09T13"),
        ])
    func windows(_ stage: FunnelStage, _ now: String, _ hour: String) throws {
        let person = try Cases.person(stage: stage)
        let slot = try #require(rules.slot(person, stage, from: instant(now)))
        #expect(slot.iso8601.hasPrefix(hour), "\(slot.iso8601)")
        #expect(slot.seconds.floorModulo(3_600) < 1_800)
        #expect(rules.slot(person, stage, from: instant(now)) == slot)
    }

    @Test(
        "a window is open for its hour and two more (readings 4)",
        arguments: [
            ("2026-03-02T12:59:59Z", false), ("2026-03-02T13:00:00Z", true), ("2026-03-02T15:59:59Z", true),
            ("2026-03-02T16:00:00Z", false), ("2026-03-07T13:30:00Z", false),
        ])
    func open(_ now: String, _ isOpen: Bool) {
        let settings = OutreachSettings()
        #expect(settings.consideration.isOpen(at: instant(now), grace: settings.sendGrace) == isOpen)
    }

    @Test("windows in the recipient's night are passed over; where all are, nobody is due (readings 4)")
    func quietHours() throws {
        let zones = ZoneDatabase()
        // 13:00 UTC is 06:00 in Denver, 17:00 is 10:00.
        let denver = try Cases.person(stage: .decision, zone: try zones.zone("America/Denver"))
        let slot = try #require(rules.slot(denver, .decision, from: Bench.noon))
        #expect(slot.iso8601.hasPrefix("2026-03-02T17"))
        // 22:00 and 02:00 in Tokyo.
        let tokyo = try Cases.person(stage: .decision, zone: try zones.zone("Asia/Tokyo"))
        #expect(verdict(tokyo) == .noWindow)
        #expect(!rules.isQuiet(at: instant("2026-03-02T02:00:00Z"), try Cases.person()))
    }
}

/// A queue's row as a store would hand it out.
func row(_ draft: Draft<MessageQueue>) throws -> Row<MessageQueue> {
    try Row(MessageQueue.definition.columns.map { draft.cells[$0.name] ?? .null })
}
