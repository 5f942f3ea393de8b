import Configuration
import FuzzSupport
import Scheduling
import Time

/// One text of `schedules.json`, read in each way that there is: all of them must tell the same.
struct ScheduleTrial {
    typealias Strict = Result<[Schedule], ConfigurationError>

    private static let name = "schedules.json"
    private static let zones = ZoneDatabase(directory: FewZones.directory)

    private let bytes: [UInt8]
    private let strict: Strict

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        strict = ScheduleTrial.read(bytes)
    }

    private static func read(_ bytes: [UInt8], _ cache: ScheduleCache? = nil) -> Strict {
        Result { () throws(ConfigurationError) in
            try ScheduleFile.read(bytes, file: name, zones: zones, catalog: FuzzCatalog(), previous: cache)
        }
    }

    private func readTolerantly(
        _ cache: ScheduleCache? = nil
    ) -> Result<(schedules: [Schedule], quarantined: [QuarantinedEntry]), ConfigurationError> {
        Result { () throws(ConfigurationError) in
            try ScheduleFile.readTolerantly(
                bytes, file: ScheduleTrial.name, zones: ScheduleTrial.zones, catalog: FuzzCatalog(), previous: cache)
        }
    }

    // MARK: One reading

    func judge() {
        let warnings = Result { () throws(ConfigurationError) in
            try ScheduleFile.warnings(
                bytes, file: ScheduleTrial.name, zones: ScheduleTrial.zones, catalog: FuzzCatalog())
        }
        if case .failure(let error) = strict { judge(error.problems) }
        switch readTolerantly() {
        case .failure(let error):
            judge(error.problems)
            let strictly = problems(of: strict)
            claim(error.problems.allSatisfy(strictly.contains), "a strict reading has \(error) too")
            claim(problems(of: warnings) == Set(error.problems), "asked for warnings, it has \(error) too")
        case .success((let schedules, let quarantined)):
            for entry in quarantined { judge(entry.problems) }
            let left = Set(quarantined.flatMap(\.problems))
            claim(problems(of: strict) == left, "what is left out is what a strict reading refuses: \(left)")
            if case .success(let all) = strict { claim(all == schedules, "nothing else is left out") }
            guard case .success(let remarks) = warnings else { return claim(false, "warnings can be asked for") }
            if !remarks.isEmpty { judge(remarks) }
            judge(schedules)
        }
    }

    /// Each names the file and a line that it has.
    private func judge(_ problems: [ConfigurationProblem]) {
        let lines = 1...(bytes.count { $0 == 10 } + 1)
        claim(!problems.isEmpty, "an error has problems")
        for problem in problems {
            claim(problem.file == ScheduleTrial.name && !problem.message.isEmpty, "\(problem) names the file")
            claim(problem.line.map(lines.contains) ?? false, "\(problem) has a line of \(lines.upperBound)")
        }
    }

    private func judge(_ schedules: [Schedule]) {
        claim(Set(schedules.map(\.name)).count == schedules.count, "names are unique")
        let now = Instant(seconds: 1_772_366_400)
        for schedule in schedules {
            claim(!schedule.name.isEmpty, "there is a name")
            claim(
                schedule.delay == .zero || schedule.delay < schedule.policy.jitter, "\(schedule.name) keeps its place")
            claim((0...1_000).contains(schedule.alertAfter), "\(schedule.name) alerts some time or never")
            guard let slot = schedule.slot(after: now, anchor: now) else { continue }
            claim(slot > now, "\(schedule.name): \(slot) comes after \(now)")
            claim(schedule.start.map { slot >= $0 } ?? true, "\(schedule.name): \(slot) is not before the start")
            claim(schedule.end.map { slot <= $0 } ?? true, "\(schedule.name): \(slot) is not after the end")
        }
    }

    private func problems<Read>(of result: Result<Read, ConfigurationError>) -> Set<ConfigurationProblem> {
        guard case .failure(let error) = result else { return [] }
        return Set(error.problems)
    }

    // MARK: Reading again

    /// With a memory of this file, another one is read as without it, and this one gives the same objects.
    func judgeReload(to other: ScheduleTrial) {
        let cache = ScheduleCache()
        claim(ScheduleTrial.read(bytes, cache) == strict, "an empty cache changes nothing")
        if case .failure = strict { _ = readTolerantly(cache) }
        let again = ScheduleTrial.read(bytes, cache)
        claim(again == strict, "a second reading is like the first")
        if case .success(let schedules) = again {
            let third = ScheduleTrial.read(bytes, cache)
            guard case .success(let known) = third else { return claim(false, "a third one too") }
            claim(zip(schedules, known).allSatisfy { $0 === $1 }, "what is known is not made again")
            let difference = ScheduleDifference(from: schedules, to: known)
            claim(difference.description == "no change", "\(difference) between two readings of one file")
        }
        claim(ScheduleTrial.read(other.bytes, cache) == other.strict, "another file is read as by a first reading")
        claim(ScheduleTrial.read(bytes, cache) == strict, "and this one again")
    }

    /// The file after a small change by hand: a line taken out, doubled or moved.
    func edited(by draws: inout Draws) -> [UInt8] {
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        let (one, other) = (Int.random(in: lines.indices, using: &draws), Int.random(in: lines.indices, using: &draws))
        switch Int.random(in: 0..<3, using: &draws) {
        case 0: lines.remove(at: one)
        case 1: lines.insert(lines[one], at: other)
        default: lines.swapAt(one, other)
        }
        return Array(lines.joined(separator: [10]))
    }
}
