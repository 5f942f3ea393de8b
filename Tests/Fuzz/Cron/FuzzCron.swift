import Cron
import FuzzSupport
import Time

/// An input is an expression; what stands behind its first line feed only varies the zones and instants it is tried in.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCron(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let input = UnsafeBufferPointer(start: start, count: count)
    let text = String(decoding: input.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    let expression: CronExpression
    do throws(CronError) {
        expression = try CronExpression(text, name: "nightly")
    } catch {
        let columns = 1...(text.utf8.count + 1)
        claim(error.column.map(columns.contains) ?? true, "column \(error.column ?? 0) lies in '\(text)'")
        claim(!error.description.isEmpty && error.text == text, "the error says what is wrong")
        return 0
    }
    claim((try? CronExpression(text, name: "nightly")) == expression, "the same text is the same expression")
    claim(expression.warnings.allSatisfy { !$0.isEmpty }, "warnings are sentences")
    var draws = Draws(input)
    for _ in 0..<3 {
        let zone = CronZones.all.randomElement(using: &draws) ?? .utc
        var trial = CronTrial(expression, zone, anchor: draws.instant(in: zone), start: draws.instant(in: zone))
        trial.walk()
    }
    return 0
}

/// Zones with something peculiar each; those that this machine has.
private enum CronZones {
    static let all: [Zone] = {
        let zones = ZoneDatabase()
        let names = [
            "UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca",
            "Antarctica/Troll", "America/St_Johns", "Asia/Gaza", "Pacific/Chatham", "Europe/Dublin", "America/Manaus",
        ]
        return names.compactMap { try? zones.zone($0) }
    }()
}
