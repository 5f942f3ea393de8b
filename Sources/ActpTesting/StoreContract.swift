import JSON
public import Records
import Time

/// What every store must do. One list of cases; each implementation's tests run all of them.
public enum StoreContract {
    public struct Case: Sendable, CustomStringConvertible {
        public let name: String
        public let run: @Sendable (Store) async throws -> Void
        public var description: String { name }
    }

    /// A promise that the store under test does not keep.
    public struct Violation: Error, CustomStringConvertible {
        public let description: String
    }

    static func expect(_ truth: Bool, _ promise: String, _ found: Any = "") throws(Violation) {
        guard !truth else { return }
        throw Violation(description: "\(promise); found: \(found)")
    }

    static func expectError(_ code: StoreError.Code, _ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch let error as StoreError {
            return try expect(error.code == code, "the error is \(code)", error)
        }
        throw Violation(description: "an error \(code) was expected, none came")
    }

    public static let cases: [Case] = reading + writing + conflicts + awkward + many

    private static func contact(_ number: Int, platform: String = "twitter") -> Draft<Contacts> {
        Draft {
            $0.platform = platform
            $0.username = "user\(number)"
            $0.pipelineStage = "qualified"
        }
    }

    private static let reading = [
        Case(name: "an empty table has no rows") { store in
            try expect(try await store.fetch(Query<Contacts>(limit: 10)).isEmpty, "no rows")
        },
        Case(name: "every type of cell comes back as it went in") { store in
            let awkward = #"comma, "quote", (paren), back\slash, ünïcode 😀, 'single', new"# + "\nline\ttab {brace} %"
            let at = Instant(microseconds: 1_772_366_400_123_456)
            try await store.insert([
                Draft<ContentPerformance> {
                    $0.externalID = awkward
                    $0.platform = "youtube"
                    $0.offerTags = [awkward, "", "b"]
                    $0.topicTags = []
                    $0.views = 2_147_483_647
                    $0.watchTimeMinutes = 0.1
                    $0.publishedAt = at
                }
            ])
            let row = try await store.first(Query<ContentPerformance>(limit: 1).filter(\.externalID == awkward))
            try expect(row?.externalID == awkward, "text", row as Any)
            try expect(row?.offerTags == [awkward, "", "b"] && row?.topicTags == [], "lists", row as Any)
            try expect(row?.views == 2_147_483_647 && row?.watchTimeMinutes == 0.1, "numbers", row as Any)
            try expect(row?.publishedAt == at && row?.niche == nil, "instants and NULL", row as Any)
        },
        Case(name: "JSON, booleans and lists of numbers come back as they went in") { store in
            let json: JSON = ["14": ["alpha": 1, "beta": 2.5], "text": "ä \"q\"", "null": nil, "list": [true, []]]
            try await store.upsert([
                Draft<PostingSchedule> {
                    $0.platform = "twitter"
                    $0.bestHours = [14, 17, 22]
                    $0.activeDays = []
                    $0.thompsonSlots = json
                }
            ])
            let row = try await store.first(Query<PostingSchedule>(limit: 1))
            try expect(row?.thompsonSlots == json, "JSON", row as Any)
            try expect(row?.bestHours == [14, 17, 22] && row?.activeDays == [], "lists of numbers", row as Any)
        },
        Case(name: "conditions select what they say") { store in
            try await store.insert(
                (1...5).map { number in
                    var draft = contact(number)
                    draft.followerCount = number == 5 ? nil : number
                    draft.emailOptedOut = number == 1
                    return draft
                })
            func names(_ predicate: Predicate<Contacts>) async throws -> [String] {
                try await store.fetch(Query<Contacts>(limit: 10).filter(predicate).order(by: \.username)).map(
                    \.username)
            }
            try expect(try await names(\.followerCount >= 3) == ["user3", "user4"], "at least")
            try expect(try await names(\.followerCount < 2) == ["user1"], "less")
            try expect(
                try await names(\.followerCount != 2) == ["user1", "user3", "user4"], "not equal leaves NULL out")
            try expect(try await names(.isNull(\.followerCount)) == ["user5"], "is null")
            try expect(
                try await names(.isOneOf(\.username, ["user2", "user5", "x,y"])) == ["user2", "user5"], "one of")
            try expect(try await names(.isOneOf(\.username, [])).isEmpty, "one of nothing")
            try expect(
                try await names((\.username == "user1" || \.username == "user4") && \.emailOptedOut == false) == [
                    "user4"
                ],
                "and, or")
        },
        Case(name: "order is by the columns named, NULL last, and the limit holds") { store in
            try await store.insert(
                [3, 1, 2].map { number in
                    var draft = contact(number)
                    draft.followerCount = number == 2 ? nil : number
                    return draft
                })
            let rows = try await store.fetch(Query<Contacts>(limit: 10).order(by: \.followerCount, descending: true))
            try expect(
                rows.map(\.username) == ["user3", "user1", "user2"], "descending, NULL last", rows.map(\.username))
            try expect(try await store.fetch(Query<Contacts>(limit: 2)).count == 2, "limit")
        },
        Case(name: "pages hand out each of 2,501 rows once") { store in
            try await store.insert((0..<2_501).map { contact($0) })
            var seen: [String] = []
            var sizes: [Int] = []
            try await store.eachPage(of: Contacts.self) { page in
                sizes.append(page.count)
                seen += page.map(\.username)
            }
            try expect(sizes == [1_000, 1_000, 501], "pages of a thousand", sizes)
            try expect(Set(seen).count == 2_501 && seen.count == 2_501, "each once", seen.count)
            try expect(try await store.values(of: \Contacts.username).count == 2_501, "a column of all rows")
        },
        Case(name: "pages follow a key of several columns") { store in
            let rows = (0..<1_001).map { number in
                Draft<NicheResonance> {
                    $0.platform = number.isMultiple(of: 2) ? "twitter" : "youtube"
                    $0.niche = "niche\(number % 7)"
                    $0.offerTag = "none"
                    $0.contentType = "type\(number)"
                }
            }
            try await store.insert(rows)
            var seen: Set<String> = []
            try await store.eachPage(of: NicheResonance.self) { page in seen.formUnion(page.map(\.contentType)) }
            try expect(seen.count == 1_001, "each row once", seen.count)
        },
    ]

    private static let writing = [
        Case(name: "columns left out take their defaults") { store in
            try await store.insert([contact(1)])
            let row = try await store.first(Query<Contacts>(limit: 1))
            try expect(row?.stage == "cold" && row?.repliesReceived == 0 && row?.emailOptedOut == false, "constants")
            try expect(row?.createdAt != nil, "now")
        },
        Case(name: "an update changes the columns it names and returns the rows") { store in
            try await store.insert([contact(1), contact(2)])
            let changed = try await store.update(where: \.username == "user1", set: Draft<Contacts> { $0.bio = "new" })
            try expect(
                changed.map(\.bio) == ["new"] && changed.map(\.pipelineStage) == ["qualified"], "one row", changed)
            let none = try await store.update(where: \.username == "user9", set: Draft<Contacts> { $0.bio = "new" })
            try expect(none.isEmpty, "no row is no error")
        },
        Case(name: "of two writers who claim one row, one wins") { store in
            try await store.insert([contact(1)])
            let wins = try await withThrowingTaskGroup(of: Int.self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        try await store.update(
                            where: \.username == "user1" && \.pipelineStage == "qualified",
                            set: Draft<Contacts> { $0.pipelineStage = "claimed\(writer)" }
                        ).count
                    }
                }
                return try await group.reduce(0, +)
            }
            try expect(wins == 1, "one winner", wins)
        },
        Case(name: "a deletion removes what matches, and nothing without a condition") { store in
            try await store.insert([contact(1), contact(2)])
            try expect(try await store.delete(where: \Contacts.username == "user1") == 1, "one row")
            try await expectError(.undeclared) { try await store.delete(where: Predicate<Contacts>.always) }
            try expect(try await store.fetch(Query<Contacts>(limit: 9)).map(\.username) == ["user2"], "the other stays")
        },
        Case(name: "10,000 rows go in and come out") { store in
            try await store.insert((0..<10_000).map { contact($0) })
            try expect(try await store.values(of: \Contacts.id).count == 10_000, "all there")
        },
    ]

    private static let conflicts = [
        Case(name: "a key that is taken fails the whole statement") { store in
            try await store.insert([contact(1)])
            try await expectError(.duplicate) { try await store.insert([contact(2), contact(1)]) }
            try expect(try await store.fetch(Query<Contacts>(limit: 9)).count == 1, "nothing of it was written")
        },
        Case(name: "ignoring leaves the row there alone") { store in
            try await store.insert([contact(1)])
            var other = contact(1)
            other.pipelineStage = "replied"
            try await store.insert([other, contact(2)], onConflict: .ignore)
            let stages = try await store.fetch(Query<Contacts>(limit: 9).order(by: \.username)).map(\.pipelineStage)
            try expect(stages == ["qualified", "qualified"], "unchanged", stages)
        },
        Case(name: "an upsert keeps the columns it does not name") { store in
            try await store.upsert([contact(1)])
            let before = try await store.first(Query<Contacts>(limit: 1))
            try await store.upsert([
                Draft<Contacts> {
                    $0.platform = "twitter"
                    $0.username = "user1"
                    $0.bio = "added"
                }
            ])
            let after = try await store.first(Query<Contacts>(limit: 1))
            try expect(after?.bio == "added" && after?.pipelineStage == "qualified", "both", after as Any)
            try expect(after?.id == before?.id && after?.createdAt == before?.createdAt, "id and creation stay")
        },
        Case(name: "an upsert leaves the id of a row there alone") { store in
            try await store.upsert([contact(1)])
            let before = try await store.first(Query<Contacts>(limit: 1))
            var again = contact(1)
            again.id = .random()
            try await store.upsert([again])
            try expect(try await store.first(Query<Contacts>(limit: 1))?.id == before?.id, "the same id")
        },
        Case(name: "of two drafts with one key the later counts") { store in
            var later = contact(1)
            later.bio = "later"
            var earlier = contact(1)
            earlier.bio = "earlier"
            try await store.upsert([earlier, later])
            try expect(try await store.fetch(Query<Contacts>(limit: 9)).map(\.bio) == ["later"], "one row")
        },
        Case(name: "a row that points nowhere is refused") { store in
            try await expectError(.missingReference) {
                try await store.insert([
                    Draft<ProspectScores> {
                        $0.contactID = .random()
                        $0.funnelStage = "awareness"
                        $0.score = 1
                    }
                ])
            }
        },
        Case(name: "a missing value is refused") { store in
            try await expectError(.missingValue) {
                try await store.insert([Draft<Contacts> { $0.platform = "twitter" }])
            }
        },
    ]
}
