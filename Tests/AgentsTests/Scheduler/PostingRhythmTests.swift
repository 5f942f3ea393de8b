import Testing
import Time

@testable import Agents

@Suite struct PostingRhythmTests {
    private let rhythms = PostingScheduleSettings().rhythms

    private func rhythm(_ platform: String) throws -> PostingRhythm {
        try #require(rhythms.first { $0.platform == platform })
    }

    /// 2026-03-02.
    private let monday = CivilDate(year: 2026, month: 3, day: 2).daysSinceEpoch

    private func texts(_ platform: String, days: Int = 7, after last: Instant? = nil) throws -> [String] {
        try rhythm(platform).instants(from: monday, days: days, after: last).map(\.iso8601)
    }

    @Test("the six platforms start as the product says (SC-01, K32, K33, K34, K38)")
    func start() throws {
        #expect(rhythms.map(\.platform) == ["twitter", "threads", "instagram", "tiktok", "youtube", "linkedin"])
        #expect(rhythms.map(\.postsPerDay) == [3, 3, 2, 3, 1, 1])
        #expect(rhythms.map(\.minimumGapHours) == [3, 3, 8, 5, 48, 12])
        #expect(
            rhythms.map(\.hours) == [[14, 17, 22], [13, 17, 23], [15, 20], [12, 17, 23], [15, 18], [13, 17]])
        #expect(
            rhythms.map(\.days) == [
                [0, 1, 2, 3, 4], [0, 1, 2, 3, 4, 5], [1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5], [1, 3], [0, 1, 2, 3, 4],
            ])
    }

    @Test("instagram's gap of 8 hours leaves one post a day of its two (K33)")
    func instagram() throws {
        #expect(
            try texts("instagram") == [3, 4, 5, 6, 7].map { "2026-03-0\($0)T15:00:00Z" })
    }

    @Test("youtube posts on Tuesday and Thursday, 48 hours apart (K32)")
    func youtube() throws {
        #expect(try texts("youtube") == ["2026-03-03T15:00:00Z", "2026-03-05T15:00:00Z"])
        let tooSoon = instant("2026-03-01T16:00:00Z")
        #expect(
            try texts("youtube", after: tooSoon) == ["2026-03-03T18:00:00Z", "2026-03-05T18:00:00Z"],
            "the gap holds across days")
    }

    @Test("a late post and an early one of the next day keep their gap too")
    func acrossMidnight() {
        let rhythm = PostingRhythm(
            platform: "x", postsPerDay: 2, hours: [1, 23], days: [0, 1, 2], minimumGapHours: 3)
        #expect(
            rhythm.instants(from: monday, days: 3).map(\.iso8601) == [
                "2026-03-02T01:00:00Z", "2026-03-02T23:00:00Z", "2026-03-03T23:00:00Z", "2026-03-04T23:00:00Z",
            ])
    }

    @Test(
        "weeks are those of ISO 8601",
        arguments: [
            ("2026-03-02", "2026-W10"), ("2026-03-08", "2026-W10"), ("2024-12-30", "2025-W01"),
            ("2021-01-03", "2020-W53"), ("2016-01-03", "2015-W53"), ("2026-01-01", "2026-W01"),
        ])
    func weeks(_ date: String, _ week: String) {
        #expect(CivilDate.isoWeek(daysSinceEpoch: instant(date).daysSinceEpoch) == week)
    }

    @Test("Monday is 0, Sunday is 6 (K38)")
    func mondayIndex() {
        #expect((0..<7).map { CivilDate.mondayIndex(daysSinceEpoch: monday + $0) } == [0, 1, 2, 3, 4, 5, 6])
        #expect(CivilDate.nextMonday(after: monday) == monday + 7)
        #expect(CivilDate.nextMonday(after: monday - 1) == monday)
    }
}
