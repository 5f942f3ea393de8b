import Statistics
import Time

/// A random expression beside what it means, so that the meaning needs no parser.
struct RandomCron {
    let text: String
    let isFixedTime: Bool
    private let minutes: Set<Int>
    private let hours: Set<Int>
    private let months: Set<Int>
    private let day: Day
    private let weekday: Day
    private let eitherMatches: Bool

    /// What one day field says about a date.
    private struct Day {
        let text: String
        let matches: @Sendable (CivilDate) -> Bool
    }

    init(using generator: inout SplitMix64) {
        let minute = RandomCron.numbers(0...59, using: &generator)
        let hour = RandomCron.numbers(0...23, using: &generator)
        let month =
            Int.random(in: 0...2, using: &generator) > 0
            ? ("*", Set(1...12)) : RandomCron.numbers(1...12, using: &generator)
        day = RandomCron.dayOfMonth(using: &generator)
        weekday = RandomCron.dayOfWeek(using: &generator)
        (minutes, hours, months) = (minute.1, hour.1, month.1)
        text = "\(minute.0) \(hour.0) \(day.text) \(month.0) \(weekday.text)"
        isFixedTime = !minute.0.hasPrefix("*") && !hour.0.hasPrefix("*")
        eitherMatches = !"*?".contains(day.text.prefix(1)) && !"*?".contains(weekday.text.prefix(1))
    }

    /// A reading of the wall clock in seconds since 1970-01-01T00:00 local.
    func matches(_ local: Int64) -> Bool {
        let days = local.floorDivided(by: 86_400)
        let second = Int(local - days * 86_400)
        guard second % 60 == 0, minutes.contains(second / 60 % 60), hours.contains(second / 3_600) else { return false }
        let date = CivilDate(daysSinceEpoch: Int(days))
        guard months.contains(date.month) else { return false }
        return eitherMatches
            ? day.matches(date) || weekday.matches(date) : day.matches(date) && weekday.matches(date)
    }

    private static func numbers(_ range: ClosedRange<Int>, using generator: inout SplitMix64) -> (String, Set<Int>) {
        let (a, b) = (Int.random(in: range, using: &generator), Int.random(in: range, using: &generator))
        let step = Int.random(in: 1...12, using: &generator)
        let all = Array(range)
        switch Int.random(in: 0...7, using: &generator) {
        case 0, 1: return ("*", Set(all))
        case 2: return ("*/\(step)", Set(stride(from: all[0], through: range.upperBound, by: step)))
        case 3: return ("\(a),\(b)", [a, b])
        case 4 where a <= b: return ("\(a)-\(b)/\(step)", Set(stride(from: a, through: b, by: step)))
        case 4:
            let wrapped = all.filter { $0 >= a } + all.filter { $0 <= b }
            return ("\(a)-\(b)", Set(wrapped))
        case 5: return ("\(a)/\(step)", Set(stride(from: a, through: range.upperBound, by: step)))
        default: return ("\(a)", [a])
        }
    }

    private static func dayOfMonth(using generator: inout SplitMix64) -> Day {
        let number = Int.random(in: 1...28, using: &generator)
        switch Int.random(in: 0...9, using: &generator) {
        case 0: return Day(text: "?") { _ in true }
        case 1: return Day(text: "L") { $0.day == length($0) }
        case 2: return Day(text: "L-\(number % 7)") { $0.day == length($0) - number % 7 }
        case 3: return Day(text: "\(number)W") { $0.day == nearestWeekday(to: number, of: $0) }
        case 4: return Day(text: "LW") { $0.day == nearestWeekday(to: length($0), of: $0) }
        case 5:
            let numbers = numbers(1...31, using: &generator)
            return Day(text: numbers.0) { numbers.1.contains($0.day) }
        case 6: return Day(text: "\(number),L") { $0.day == number || $0.day == length($0) }
        default: return Day(text: "*") { _ in true }
        }
    }

    private static func dayOfWeek(using generator: inout SplitMix64) -> Day {
        let (a, b) = (Int.random(in: 0...6, using: &generator), Int.random(in: 0...6, using: &generator))
        let nth = Int.random(in: 1...4, using: &generator)
        let names = ["SUN", "mon", "Tue", "wed", "THU", "fri", "sat"]
        switch Int.random(in: 0...9, using: &generator) {
        case 0: return Day(text: "\(a)#\(nth)") { $0.weekday == a && ($0.day + 6) / 7 == nth }
        case 1: return Day(text: "\(a)L") { $0.weekday == a && $0.day + 7 > length($0) }
        case 2: return Day(text: "\(names[a]),\(b == 0 ? 7 : b)") { $0.weekday == a || $0.weekday == b }
        case 3:
            return Day(text: "\(names[a])-\(names[b])") {
                a <= b ? $0.weekday >= a && $0.weekday <= b : $0.weekday >= a || $0.weekday <= b
            }
        case 4: return Day(text: "*/2") { $0.weekday.isMultiple(of: 2) }
        case 5: return Day(text: "?") { _ in true }
        default: return Day(text: "*") { _ in true }
        }
    }

    private static func length(_ date: CivilDate) -> Int { CivilDate.days(inMonth: date.month, of: date.year) }

    /// By trying the days around, nearest first, as the sentence in Quartz's manual has it.
    private static func nearestWeekday(to day: Int, of date: CivilDate) -> Int? {
        for distance in [0, -1, 1, -2, 2] {
            let candidate = CivilDate(year: date.year, month: date.month, day: day + distance)
            guard (1...length(date)).contains(candidate.day), (1...5).contains(candidate.weekday) else { continue }
            return candidate.day
        }
        return nil
    }
}
