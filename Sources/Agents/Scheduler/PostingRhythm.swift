import Records
import Time

/// When and how often one platform is posted to.
struct PostingRhythm: Hashable, Sendable {
    let platform: String
    let postsPerDay: Int
    /// UTC, ascending.
    let hours: [Int]
    /// 0 = Monday … 6 = Sunday (K38).
    let days: [Int]
    let minimumGapHours: Int

    init(platform: String, postsPerDay: Int, hours: [Int], days: [Int], minimumGapHours: Int) {
        self.platform = platform
        self.postsPerDay = postsPerDay
        self.hours = hours.sorted()
        self.days = days.sorted()
        self.minimumGapHours = minimumGapHours
    }

    /// The stored rhythm; what a row leaves open is as at the start.
    init(_ row: Row<PostingSchedule>, start: PostingRhythm?) {
        self.init(
            platform: row.platform, postsPerDay: row.postsPerDay ?? start?.postsPerDay ?? 1,
            hours: row.bestHours?.map(Int.init).filter((0...23).contains) ?? start?.hours ?? [],
            days: row.activeDays?.map(Int.init).filter((0...6).contains) ?? start?.days ?? [],
            minimumGapHours: row.minGapHours ?? start?.minimumGapHours ?? 0)
    }

    /// The instants of posts on `count` days from `day` on, the earliest hours first: at most ``postsPerDay`` a day, and
    /// never closer than the gap, over midnight too (SC-01, K33).
    ///
    /// - Parameters:
    ///   - day: days since 1970-01-01.
    ///   - last: the latest post before; `nil` when there is none.
    func instants(from day: Int, days count: Int, after last: Instant? = nil) -> [Instant] {
        var instants: [Instant] = []
        var last = last
        for day in day..<day + count where days.contains(CivilDate.mondayIndex(daysSinceEpoch: day)) {
            var today = 0
            for hour in hours where today < postsPerDay {
                let instant = Instant(daysSinceEpoch: day, hour: hour)
                if let last, instant - last < .seconds(minimumGapHours * 3_600) { continue }
                instants.append(instant)
                last = instant
                today += 1
            }
        }
        return instants
    }
}

extension CivilDate {
    /// 0 = Monday … 6 = Sunday, as `active_days` counts, where cron counts from Sunday (K38).
    static func mondayIndex(daysSinceEpoch day: Int) -> Int { (weekday(daysSinceEpoch: day) + 6) % 7 }

    /// The Monday after a day, never the day itself.
    static func nextMonday(after day: Int) -> Int { day + 7 - mondayIndex(daysSinceEpoch: day) }

    /// The week of a day as ISO 8601 names it: `2026-W10`.
    static func isoWeek(daysSinceEpoch day: Int) -> String {
        // A week belongs to the year that its Thursday is in.
        let thursday = day - mondayIndex(daysSinceEpoch: day) + 3
        let year = CivilDate(daysSinceEpoch: thursday).year
        let week = (thursday - CivilDate(year: year, month: 1, day: 1).daysSinceEpoch) / 7 + 1
        return "\(year)-W\(week < 10 ? "0" : "")\(week)"
    }
}

extension Instant {
    init(daysSinceEpoch day: Int, hour: Int) { self.init(seconds: Int64(day) * 86_400 + Int64(hour) * 3_600) }

    /// Days since 1970-01-01, UTC.
    var daysSinceEpoch: Int { Int(seconds.floorDivided(by: 86_400)) }

    /// The hour of the day, UTC.
    var hour: Int { Int(seconds.floorModulo(86_400) / 3_600) }
}
