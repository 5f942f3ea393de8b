import JSON
import Records
import Time

/// Values that a store has to carry unharmed: in rows, in conditions, in lists, in large numbers.
extension StoreContract {
    /// Each of them ends or changes something in SQL, in an address, in JSON or in a list of PostgreSQL.
    private static let texts = [
        "a,b", "a\"b", "a'b", "(a)", "a)", "{a,b}", "a\\b", "a\\", "\\\"", "ünï 😀 日本", "a+b", "a b", "a%20b", "a&b=c",
        "a*b", "%", "_", "null", "NULL", "true", "5", "in.(a)", "a.b:c", "line\nline", "tab\there", " a ", "",
        "e\u{301}", "\u{e9}", "#?/;", "'; DROP TABLE crm_contacts; --",
    ]

    private static func contact(_ name: String) -> Draft<Contacts> {
        Draft {
            $0.platform = "twitter"
            $0.username = name
        }
    }

    static let awkward = [
        Case(name: "a condition finds exactly the text it names, whatever is in it") { store in
            try await store.insert(texts.map(contact))
            for text in texts {
                let found = try await store.fetch(Query<Contacts>(limit: 9).filter(\.username == text))
                try expect(found.map { Array($0.username.utf8) } == [Array(text.utf8)], "\(text) alone", found)
            }
        },
        Case(name: "a list finds exactly the texts it names, whatever is in them") { store in
            try await store.insert((texts + ["other"]).map(contact))
            let listed = try await store.fetch(Query<Contacts>(limit: 99).filter(.isOneOf(\.username, texts)))
            try expect(listed.count == texts.count, "all of the list", listed.map(\.username))
            try expect(!listed.map(\.username).contains("other"), "nothing else")
        },
        Case(name: "texts within or keep what is in them") { store in
            try await store.insert((texts + ["other"]).map(contact))
            for text in texts {
                let found = try await store.fetch(
                    Query<Contacts>(limit: 9).filter(\.username == text || \.username == "other"))
                try expect(found.count == 2, "\(text), and the other", found.map(\.username))
            }
        },
        Case(name: "an instant is found by itself, to the microsecond") { store in
            let at = Instant(microseconds: 1_772_366_400_000_001)
            let before = Instant(microseconds: 1_772_366_400_000_000)
            try await store.insert(
                [at, before].map { instant in
                    var draft = contact("at\(instant.microseconds % 10)")
                    draft.lastInboundAt = instant
                    return draft
                })
            func names(_ predicate: Predicate<Contacts>) async throws -> [String] {
                try await store.fetch(Query<Contacts>(limit: 9).filter(predicate).order(by: \.username)).map(\.username)
            }
            try expect(try await names(\.lastInboundAt == at) == ["at1"], "equal")
            try expect(try await names(\.lastInboundAt < at) == ["at0"], "earlier")
            try expect(try await names(.isOneOf(\.lastInboundAt, [at, before])) == ["at0", "at1"], "one of")
            try expect(
                try await names(\.lastInboundAt >= before || .isNull(\.lastInboundAt)) == ["at0", "at1"], "within or")
        },
        Case(name: "NULL, empty texts, empty lists and empty objects are four things") { store in
            try await store.insert([
                Draft<ContentPerformance> {
                    $0.externalID = "null"
                    $0.platform = "youtube"
                    $0.niche = nil
                },
                Draft<ContentPerformance> {
                    $0.externalID = "empty"
                    $0.platform = "youtube"
                    $0.niche = ""
                    $0.topicTags = []
                },
            ])
            let rows = try await store.fetch(Query<ContentPerformance>(limit: 9).order(by: \.externalID))
            try expect(rows.map(\.niche) == ["", nil], "an empty text is no NULL", rows)
            let nulls = try await store.fetch(Query<ContentPerformance>(limit: 9).filter(.isNull(\.niche)))
            try expect(nulls.map(\.externalID) == ["null"], "is null", nulls)
            let cleared = try await store.update(
                where: \.externalID == "empty", set: Draft<ContentPerformance> { $0.niche = nil })
            try expect(cleared.map(\.niche) == [nil], "NULL can be written", cleared)
        },
        Case(name: "numbers keep their digits") { store in
            let numbers = [Int.min, -1, 0, 1, Int.max].map { max(min($0, 2_147_483_647), -2_147_483_648) }
            try await store.insert(
                numbers.enumerated().map { index, number in
                    var draft = contact("n\(index)")
                    draft.followerCount = number
                    draft.engagementScore = Double(number) / 3
                    return draft
                })
            let rows = try await store.fetch(Query<Contacts>(limit: 9).order(by: \.username))
            try expect(rows.map(\.followerCount) == numbers, "whole numbers", rows.map(\.followerCount))
            try expect(rows.map(\.engagementScore) == numbers.map { Double($0) / 3 }, "fractions")
            let third = try await store.fetch(
                Query<Contacts>(limit: 9).filter(\.engagementScore == Double(2_147_483_647) / 3))
            try expect(third.map(\.username) == ["n4"], "a fraction is found by itself", third.map(\.username))
        },
    ]

    static let many = [
        Case(name: "1,001 rows are two pages, and a query cuts at its limit") { store in
            try await store.insert((0..<1_001).map { contact("user\($0)") })
            var sizes: [Int] = []
            try await store.eachPage(of: Contacts.self) { sizes.append($0.count) }
            try expect(sizes == [1_000, 1], "two pages", sizes)
            try expect(try await store.fetch(Query<Contacts>(limit: 1_000)).count == 1_000, "the limit")
        },
        Case(name: "a list of 2,000 values is as good as one of two") { store in
            try await store.insert((0..<2_500).map { contact("user\($0)") })
            let names = (0..<2_000).map { "user\($0)" }
            let found = try await store.values(of: \Contacts.username, where: .isOneOf(\.username, names))
            try expect(found.count == 2_000 && Set(found) == Set(names), "all of them, in pages", found.count)
            let first = try await store.fetch(Query<Contacts>(limit: 7).filter(.isOneOf(\.username, names)))
            try expect(first.count == 7, "the limit holds for the whole list", first.count)
            let changed = try await store.update(
                where: .isOneOf(\.username, names), set: Draft<Contacts> { $0.bio = "seen" })
            try expect(changed.count == 2_000, "changed", changed.count)
            try expect(try await store.delete(where: .isOneOf(\Contacts.username, names)) == 2_000, "deleted")
            try expect(try await store.values(of: \Contacts.id).count == 500, "the others stay")
        },
        Case(name: "an order with ties, NULL and a direction hands out each row once") { store in
            try await store.insert(
                (0..<1_500).map { number in
                    var draft = contact("user\(number)")
                    draft.followerCount = number % 4 == 0 ? nil : number % 5
                    return draft
                })
            let rows = try await store.fetch(
                Query<Contacts>(limit: 1_000).order(by: \.followerCount, descending: true))
            let counts = rows.map { $0.followerCount ?? -1 }
            try expect(counts == counts.sorted(by: >), "in order")
            try expect(Set(rows.map(\.id)).count == 1_000, "each once")
        },
        Case(name: "of many writers of one key each finds its row written, and there is one") { store in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        var draft = contact("same")
                        draft.bio = "writer \(writer)"
                        try await store.upsert([draft])
                    }
                }
                try await group.waitForAll()
            }
            let rows = try await store.fetch(Query<Contacts>(limit: 9))
            try expect(rows.count == 1 && rows[0].bio?.hasPrefix("writer") == true, "one row", rows)
        },
        Case(name: "a load brings in what it is handed, statement by statement") { store in
            let next = Countdown(5)
            try await store.load {
                next.next().map { number in
                    InsertStatement(
                        table: Contacts.definition, columns: ["platform", "username"],
                        rows: (0..<1_000).map { [.text("twitter"), .text("user\(number)-\($0)")] }, conflict: .update)
                }
            }
            try expect(try await store.values(of: \Contacts.id).count == 5_000, "all there")
        },
        Case(name: "rows that point to each other go in together when the one pointed to comes first") { store in
            var person = contact("a")
            person.id = .random()
            let id = person.id ?? .random()
            try await store.upsert([person])
            try await store.insert([
                Draft<ProspectScores> {
                    $0.contactID = id
                    $0.funnelStage = "awareness"
                    $0.score = 1
                }
            ])
            let score = try await store.first(Query<ProspectScores>(limit: 1).filter(\.contactID == id))
            try expect(score?.contactID == id, "an upsert keeps the id that the client made", score as Any)
        },
    ]
}
