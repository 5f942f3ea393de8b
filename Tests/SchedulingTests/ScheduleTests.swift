import ActpTesting
import Cron
import Scheduling
import Testing
import Time

@Suite struct ScheduleTests {
    private func schedule(_ name: String, start: Instant? = nil) throws -> Schedule {
        Schedule(
            name: name, cron: try CronExpression("0 5 * * *"), zone: .utc, domain: "prospect", task: "score-all",
            start: start)
    }

    @Test("a name is kept as it was given, however long and whatever it is made of")
    func names() throws {
        let endings = ["", "x", "é", "→", "🕰", "\0", "\0y"]
        for length in 0...40 {
            for ending in endings {
                let name = String(repeating: "n", count: length) + ending
                #expect(try schedule(name).name == name)
                #expect(try schedule(name) == schedule(name))
                #expect(try schedule(name).hashValue == schedule(name).hashValue)
                #expect(try schedule(name) != schedule(name + "n"))
                #expect(try schedule(name) != schedule(name + "\0"))
            }
        }
    }

    @Test("what few schedules say counts as much as what all say")
    func rarities() throws {
        let start = Instant(seconds: 1_704_067_200)
        let plain = try schedule("a")
        #expect(plain.params.isEmpty && plain.start == nil && plain.end == nil && plain.isEnabled)
        let later = try schedule("a", start: start)
        #expect(later.start == start)
        #expect(later != plain)
        #expect(try later == schedule("a", start: start))
    }
}
