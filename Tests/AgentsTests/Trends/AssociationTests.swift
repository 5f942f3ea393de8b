import Agents
import JSON
import Records
import Testing
import Time

@Suite struct AssociationTests {
    private func associations(_ bench: Bench) async throws -> [String] {
        try await bench.all(PlatformAssociations.self)
            .map { "\($0.contactID.text.suffix(1)) \($0.platform) \($0.handle ?? "") \($0.engagementType ?? "")" }
            .sorted()
    }

    @Test("a handle found in research is a handle match, one row a platform, the contact's own included (TR-03, K54)")
    func handleMatch() async throws {
        let bench = try Bench()
        try await bench.store.insert([Rows.contact(1, username: "Ada_L"), Rows.contact(2, username: "bob")])
        try await bench.store.insert([Rows.post("TikTok", by: "@ada.l"), Rows.post("threads", by: "carol")])
        let result = try await bench.run(.trends, "associations")
        #expect(try await associations(bench) == ["1 tiktok @ada.l handle_match", "1 twitter Ada_L crm_match"])
        #expect(result.data["by_type"] == ["handle_match": 1, "crm_match": 1])
        #expect(result.data["linked"] == 1)
    }

    @Test("a handle of another CRM row is a CRM match, and each contact of the group gets every platform (readings 9)")
    func crmMatch() async throws {
        let bench = try Bench()
        try await bench.store.insert([
            Rows.contact(1, username: "ada"), Rows.contact(2, "instagram", username: "Ada"),
            Rows.contact(3, "linkedin", username: "https://www.linkedin.com/in/ada/"),
        ])
        try await bench.store.insert([Rows.tweet("1", by: "ADA")])
        try await bench.run(.trends, "associations")
        let linkedIn = "https://www.linkedin.com/in/ada/"
        #expect(
            try await associations(bench)
                == ["1", "2", "3"].flatMap { contact in
                    [
                        "\(contact) instagram Ada crm_match", "\(contact) linkedin \(linkedIn) crm_match",
                        "\(contact) twitter ada handle_match",
                    ]
                })
    }

    @Test("near-equal long handles and equal full names are fuzzy matches (K54)")
    func fuzzyMatch() async throws {
        let bench = try Bench()
        try await bench.store.insert([
            Rows.contact(1, username: "adalovelace", name: "A L"),
            Rows.contact(2, username: "bobby", name: "Bobby Tables"),
            Rows.contact(3, username: "short", name: "Carol"),
        ])
        try await bench.store.insert([Rows.post("tiktok", by: "adalovelaces"), Rows.post("tiktok", by: "shorts")])
        try await bench.store.insert([
            Draft<PlatformCreators> {
                $0.platform = "instagram"
                $0.handle = "little.bobby"
                $0.displayName = "bobby TABLES"
                $0.followers = 7
            }
        ])
        try await bench.run(.trends, "associations")
        #expect(
            try await associations(bench) == [
                "1 tiktok adalovelaces fuzzy_match", "1 twitter adalovelace crm_match",
                "2 instagram little.bobby fuzzy_match", "2 twitter bobby crm_match",
            ])
    }

    @Test("contacts of the CRM that are nearly or by name the same find each other")
    func fuzzyContacts() async throws {
        let bench = try Bench()
        try await bench.store.insert([
            Rows.contact(1, username: "creatorhub_io"), Rows.contact(2, "tiktok", username: "creatorhubs.io"),
            Rows.contact(3, username: "al", name: "x"), Rows.contact(4, username: "dora", name: "Dora Explorer"),
            Rows.contact(5, "linkedin", username: "dora-explores", name: "Dora Explorer"),
        ])
        try await bench.run(.trends, "associations")
        #expect(
            try await associations(bench) == [
                "1 tiktok creatorhubs.io fuzzy_match", "1 twitter creatorhub_io crm_match",
                "2 tiktok creatorhubs.io crm_match", "2 twitter creatorhub_io fuzzy_match",
                "4 linkedin dora-explores fuzzy_match", "4 twitter dora crm_match",
                "5 linkedin dora-explores crm_match", "5 twitter dora fuzzy_match",
            ])
    }

    @Test("what is ambiguous is no match: two near handles, or two people of one name, on one platform")
    func ambiguous() async throws {
        let bench = try Bench()
        try await bench.store.insert([
            Rows.contact(1, username: "adalovelace"), Rows.contact(2, username: "js1", name: "John Smith"),
            Rows.contact(3, username: "js2", name: "John Smith"),
            Rows.contact(4, "tiktok", username: "john", name: "John Smith"),
        ])
        try await bench.store.insert([Rows.post("tiktok", by: "adalovelaces"), Rows.post("tiktok", by: "adalovelacee")])
        try await bench.run(.trends, "associations")
        #expect(try await associations(bench).isEmpty)
    }

    @Test("a second run writes nothing, and rows are never doubled (TR-05, TR-16)")
    func idempotent() async throws {
        let bench = try Bench()
        try await bench.store.insert((1...3).map { Rows.contact($0, username: "user\($0)") })
        try await bench.store.insert((1...3).map { Rows.post("tiktok", by: "user\($0)") })
        try await bench.store.insert((1...3).map { Rows.post("tiktok", by: "USER_\($0)", daysAgo: 3) })
        try await bench.run(.trends, "associations")
        let first = try await bench.all(PlatformAssociations.self)
        let second = try await bench.run(.trends, "associations")
        #expect(second.data["written"] == 0)
        #expect(second.data["unchanged"] == 6)
        #expect(try await bench.all(PlatformAssociations.self) == first)
    }

    @Test("the oldest first sighting is kept and the newest activity taken (TR-05)")
    func sightings() async throws {
        let bench = try Bench()
        try await bench.store.insert([Rows.contact(1, username: "ada")])
        try await bench.store.insert([
            Rows.post("tiktok", by: "ada", daysAgo: 3), Rows.post("tiktok", by: "ada", daysAgo: 1),
        ])
        try await bench.run(.trends, "associations")
        try await bench.store.update(
            where: \PlatformAssociations.platform == "tiktok",
            set: Draft { $0.firstSeenAt = Bench.noon - .days(100) })
        try await bench.store.insert([Rows.post("tiktok", by: "ada")])
        try await bench.run(.trends, "associations")
        let row = try #require(try await bench.all(PlatformAssociations.self).first { $0.platform == "tiktok" })
        #expect(row.firstSeenAt == Bench.noon - .days(100))
        #expect(row.lastActiveAt == Bench.noon)
        #expect(row.interactionCount == 3)
    }

    @Test("a guess does not take the place of an exact match")
    func noDowngrade() async throws {
        let bench = try Bench()
        try await bench.store.insert([Rows.contact(1, username: "adalovelace")])
        try await bench.store.insert([
            Draft<PlatformAssociations> {
                $0.contactID = id(1)
                $0.platform = "tiktok"
                $0.handle = "adalovelace"
                $0.engagementType = "handle_match"
            }
        ])
        try await bench.store.insert([Rows.post("tiktok", by: "adalovelaces")])
        try await bench.run(.trends, "associations")
        #expect(try await associations(bench).contains("1 tiktok adalovelace handle_match"))
    }

    @Test("a dry run counts and writes nothing")
    func dryRun() async throws {
        let bench = try Bench()
        try await bench.store.insert([Rows.contact(1, username: "ada"), Rows.contact(2, "tiktok", username: "ada")])
        #expect(try await bench.run(.trends, "associations", isDryRun: true).data["written"] == 4)
        #expect(try await associations(bench).isEmpty)
    }
}
