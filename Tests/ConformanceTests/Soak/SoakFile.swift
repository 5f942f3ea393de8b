import Foundation
import JSON
import Statistics

/// Two hundred schedules of every kind, and the changes that an operator makes to them; the same for the same seed.
struct SoakFile {
    static let count = 200

    private struct Entry {
        var name: String
        var cron: String
        var zone: String
        var domain: String
        var task: String
        /// Makes the work another one for each, so that few hold each other up; 0 for a task without it.
        var limit: Int
        var policy: String

        var text: String {
            """
            {"name": "\(name)", "cron": "\(cron)", "timezone": "\(zone)", "domain": "\(domain)", "task": "\(task)", \
            \(limit > 0 ? "\"params\": {\"limit\": \(limit)}, " : "")\(policy)}
            """
        }
    }

    private var random: SoakRandom
    private var entries: [Entry] = []
    /// What was removed and may come back.
    private var removed: [Entry] = []
    private var renamed = 0

    init(seed: UInt64) {
        random = SoakRandom(seed: seed)
        for number in 0..<SoakFile.count { entries.append(entry("job\(number)", number)) }
    }

    var text: String { "{\"schedules\": [\n" + entries.map(\.text).joined(separator: ",\n") + "\n]}\n" }

    /// A file with a mistake somewhere.
    var badText: String { text.replacingOccurrences(of: "\"\(entries[7].cron)\"", with: "\"99 * * * *\"") }

    /// Changes cron lines, limits and zones, removes and adds.
    ///
    /// - Parameter renames: whether what fires otherwise than before gets a new name. A time that is lived twice under one
    ///   name by two versions has rows of both, which no audit can tell apart.
    mutating func change(renames: Bool) {
        for _ in 0..<random.number(1...8) {
            let index = random.number(0...entries.count - 1)
            switch random.number(0...5) {
            case 0, 1:
                entries[index].cron = cron()
                if renames { rename(index) }
            case 2:
                entries[index].zone = zone()
                if renames { rename(index) }
            case 3: entries[index].policy = policy(isOnce: entries[index].limit == 0, cron: entries[index].cron)
            case 4 where entries.count > SoakFile.count / 2: removed.append(entries.remove(at: index))
            default:
                guard let entry = removed.popLast() else { continue }
                entries.append(entry)
                if renames { rename(entries.count - 1) }
            }
        }
    }

    private mutating func rename(_ index: Int) {
        renamed += 1
        entries[index].name = "\(entries[index].name.prefix { $0 != "-" })-\(renamed)"
    }

    private mutating func entry(_ name: String, _ number: Int) -> Entry {
        let cron = cron()
        let (domain, task, limit) =
            switch number % 4 {
            case 0: ("youtube", "summary", number + 1)
            case 1, 2: ("prospect", "top", number + 1)
            // Acts once, and finds no render service: it ends in an error, which will do here.
            default: ("remotion", "pipeline", 0)
            }
        return Entry(
            name: name, cron: cron, zone: zone(), domain: domain, task: task, limit: limit,
            policy: policy(isOnce: limit == 0, cron: cron))
    }

    private mutating func cron() -> String {
        switch random.number(0...9) {
        case 0...4: "*/\(random.pick([5, 6, 10, 12, 15, 20, 30])) * * * * *"
        case 5: "\(random.number(0...59)) * * * * *"
        case 6: "* * * * *"
        case 7: "*/\(random.pick([2, 5])) * * * *"
        case 8: "@every \(random.number(7...40))s"
        default: "\(random.number(0...59)) \(random.number(0...59)) * * * *"
        }
    }

    private mutating func zone() -> String {
        random.pick(["UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
    }

    /// What makes sense together; jitter only where slots are far enough apart.
    private mutating func policy(isOnce: Bool, cron: String) -> String {
        let jitter = cron.hasPrefix("*/") || cron.hasPrefix("@") ? "0s" : random.pick(["0s", "2s"])
        let common = "\"jitter\": \"\(jitter)\", "
        guard !isOnce else { return common + "\"overlap\": \"\(random.pick(["skip", "bufferOne", "allow"]))\"" }
        switch random.number(0...3) {
        // All slots of an hour that was jumped over would only be load.
        case 0:
            return common
                + "\"catchUp\": \"all\", \"catchUpWindow\": \"1m\", \"overlap\": \"\(random.pick(["allow", "bufferAll"]))\""
        case 1: return common + "\"catchUp\": \"none\""
        default: return common + "\"overlap\": \"\(random.pick(["skip", "allow", "bufferOne", "cancelOther"]))\""
        }
    }
}

/// The same choices for the same seed.
typealias SoakRandom = SplitMix64

extension SplitMix64 {
    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[number(0...choices.count - 1)] }
}
