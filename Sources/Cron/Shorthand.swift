import Suggestion
import Time

/// `@daily` and its kin.
extension Parser {
    private static let calendars: [(name: String, fields: String)] = [
        ("@hourly", "0 * * * *"), ("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@weekly", "0 0 * * 0"),
        ("@monthly", "0 0 1 * *"), ("@yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *"),
    ]
    private static let reboot = "@reboot"
    private static let every = "@every"

    /// The text from an `@` on.
    func shorthand() throws(Flaw) -> CronExpression.Kind {
        var nameEnd = position
        while nameEnd < end, bytes[nameEnd] != 0x20, bytes[nameEnd] != 0x09 { nameEnd += 1 }
        let name = String(decoding: bytes[position..<nameEnd].map(Parser.lowercased), as: UTF8.self)
        var rest = nameEnd
        while rest < end, bytes[rest] == 0x20 || bytes[rest] == 0x09 { rest += 1 }
        if name == Parser.every { return try interval(from: rest) }
        if name == Parser.reboot || Parser.calendars.contains(where: { $0.name == name }), rest < end {
            throw Flaw(position: rest, detail: "nothing may follow '\(name)'")
        }
        if name == Parser.reboot { return .reboot }
        for (known, fields) in Parser.calendars where known == name {
            return try Parser.parse(fields, name: "").0
        }
        throw Flaw(position: position, detail: unknown(name))
    }

    private func unknown(_ name: String) -> String {
        let known = Parser.calendars.map(\.name) + [Parser.every, Parser.reboot]
        let nearest = known.map { (name: $0, distance: editDistance(Array(name.utf8), Array($0.utf8))) }
            .min { $0.distance < $1.distance }
        if let nearest, nearest.distance <= 3 { return "'\(name)' is unknown, did you mean '\(nearest.name)'?" }
        return "'\(name)' is unknown; allowed is \(known.joined(separator: " "))"
    }

    private func interval(from start: Int) throws(Flaw) -> CronExpression.Kind {
        let text = text(from: start, to: end)
        guard let duration = Duration(text: text) else {
            throw Flaw(position: start, detail: "'\(text)' is not a duration; wanted is \(Duration.textForm)")
        }
        let milliseconds = duration.milliseconds
        guard milliseconds >= 1_000, milliseconds % 1_000 == 0 else {
            throw Flaw(position: start, detail: "'\(text)' is not a whole number of seconds from 1s up")
        }
        return .every(seconds: milliseconds / 1_000)
    }
}
