import Cron
import Statistics
import Testing
import Time

@Suite struct PropertyTests {
    static let zoneNames = [
        "UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia",
        "Africa/Casablanca", "Antarctica/Troll", "America/St_Johns", "Asia/Gaza", "Pacific/Chatham", "America/Havana",
        "Africa/Cairo", "Asia/Tehran", "America/Caracas", "Antarctica/Casey",
    ]

    /// Instants worth starting from: shortly before a transition, or anywhere.
    private static func start(in zone: Zone, using generator: inout SplitMix64) -> Int64 {
        // 2000 to 2049, and 2430 to 2470, in which the zones' tables end and begin anew.
        let base: ClosedRange<Int64> =
            Bool.random(using: &generator) ? 946_684_800...2_524_608_000 : 14_516_064_000...15_778_368_000
        let anywhere = Int64.random(in: base, using: &generator)
        guard Int.random(in: 0...3, using: &generator) > 0, let transition = zone.transition(after: anywhere) else {
            return anywhere
        }
        return transition.seconds - Int64.random(in: 0...90_000, using: &generator)
    }

    @Test(
        "nothing is missed, nothing is added and time goes forward, as a walk minute by minute finds",
        arguments: zoneNames)
    func sameAsWalk(name: String) throws {
        let zone = try zones.zone(name)
        var generator = SplitMix64(seed: UInt64(name.utf8.count) * 1_000 + UInt64(name.utf8.first ?? 0))
        var understood = 0
        for _ in 0..<300 {
            let random = RandomCron(using: &generator)
            guard let expression = try? CronExpression(random.text) else { continue }
            understood += 1
            #expect(expression.isFixedTime == random.isFixedTime, "\(random.text)")
            let start = PropertyTests.start(in: zone, using: &generator)
            let end = start + 40 * 3_600
            let walk = ClockWalk(zone: zone, isFixedTime: random.isFixedTime, step: 60, matches: random.matches)
            let expected = walk.instants(after: start, through: end)
            var found: [Int64] = []
            while let next = expression.next(after: Instant(seconds: found.last ?? start), in: zone),
                next.seconds <= end
            {
                guard next.seconds > found.last ?? start, found.count <= expected.count else { break }
                found.append(next.seconds)
            }
            #expect(found == expected, "\(random.text) after \(Instant(seconds: start)) in \(name)")
        }
        // Some are refused because they can never match.
        #expect(understood > 250)
    }

    @Test("over years, every result matches its expression or was moved by a gap", arguments: zoneNames)
    func ownMatches(name: String) throws {
        let zone = try zones.zone(name)
        var generator = SplitMix64(seed: 99)
        for _ in 0..<200 {
            let random = RandomCron(using: &generator)
            guard let expression = try? CronExpression(random.text) else { continue }
            var last = Instant(seconds: PropertyTests.start(in: zone, using: &generator))
            for _ in 0..<20 {
                guard let next = expression.next(after: last, in: zone) else { break }
                let offset = Int64(zone.offset(at: next.seconds))
                let matches = random.matches(next.seconds + offset)
                #expect(next > last)
                #expect(expression.matches(next, in: zone) == matches, "\(random.text): \(next) in \(name)")
                if !matches {
                    let gap = zone.transition(after: next.seconds - 1)
                    #expect(expression.isShifted(next, in: zone))
                    #expect(gap?.seconds == next.seconds && gap?.isGap == true, "\(random.text): \(next) in \(name)")
                }
                last = next
            }
        }
    }

    @Test("between two results, also years apart, no day matches")
    func daysBetween() throws {
        var generator = SplitMix64(seed: 4)
        for _ in 0..<300 {
            let random = RandomCron(using: &generator)
            guard let expression = try? CronExpression(random.text),
                let first = expression.next(after: try instant("2024-01-01"), in: .utc),
                let second = expression.next(after: first, in: .utc)
            else { continue }
            let day: Int64 = 86_400
            let firstDay = first.seconds.floorDivided(by: day)
            // Every day with a result has the first day's first time; the days between must not have it.
            let firstTime = (0..<day).first { random.matches(firstDay * day + $0) } ?? 0
            let secondDay = max(second.seconds.floorDivided(by: day), firstDay + 1)
            let found = ((firstDay + 1)..<secondDay).first { random.matches($0 * day + firstTime) }
            #expect(found == nil, "\(random.text)")
        }
    }

    @Test("a search by seconds finds what a walk second by second finds")
    func seconds() throws {
        var generator = SplitMix64(seed: 5)
        for text in ["*/7 * * * * *", "59 */13 1-2 * * *", "5,50 30 1,2 * * *", "0 * * * * *", "*/20 15,45 * * * *"] {
            let expression = try CronExpression(text)
            for name in ["America/New_York", "Australia/Lord_Howe", "Europe/Dublin"] {
                let zone = try zones.zone(name)
                let transition = zone.transition(
                    after: Int64.random(in: 1_600_000_000...2_000_000_000, using: &generator))
                let start = (transition?.seconds ?? 0) - 5_400
                let walk = ClockWalk(zone: zone, isFixedTime: expression.isFixedTime, step: 1) { local in
                    expression.matches(Instant(seconds: local), in: .utc)
                }
                let expected = walk.instants(after: start, through: start + 10_800)
                var found: [Int64] = []
                while let next = expression.next(after: Instant(seconds: found.last ?? start), in: zone),
                    next.seconds <= start + 10_800
                {
                    found.append(next.seconds)
                }
                #expect(found == expected, "\(text) after \(start) in \(name)")
            }
        }
    }
}
