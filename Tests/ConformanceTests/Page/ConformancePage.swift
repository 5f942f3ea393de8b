import Cron
import Foundation
import JSON
import Time

/// `docs/scheduler-conformance.md`, made from the acceptance sheet, the marks on the tests, and what our own code answers.
struct ConformancePage {
    /// A test that is marked with rows of the sheet.
    struct Mark: Hashable {
        let title: String
        let rows: [Int]
        /// From the top of the checkout.
        let file: String
    }

    /// A row of the sheet: what goes wrong elsewhere, and what must hold here.
    struct Row: Hashable {
        let number: Int
        let symptom: String
        let seen: String
        let holds: String
    }

    /// A change of the clock that engines answer differently.
    struct Case {
        let name: String
        let cron: String
        let zone: String
        let after: Instant
        let through: Instant
        /// By Debian cron's rule.
        let expected: [Instant]
        let others: [(engine: String, answer: String)]
    }

    let rows: [Row]
    let cases: [Case]
    let marks: [Mark]

    private static let folder = Installation.repository + "/Tests/ConformanceTests"

    init() throws {
        rows = try ConformancePage.data("rows.json").map { row in
            Row(
                number: Int(row["row"]?.integer ?? -1), symptom: row["symptom"]?.string ?? "",
                seen: row["seen"]?.string ?? "", holds: row["holds"]?.string ?? "")
        }
        cases = try ConformancePage.data("divergence.json").map { try Case($0) }
        marks = try ConformancePage.scan()
    }

    /// What our code answers to a case.
    static func ours(_ c: Case) throws -> [Instant] {
        let (expression, zone) = (try CronExpression(c.cron), try zones.zone(c.zone))
        var found: [Instant] = []
        var instant = c.after
        while let next = expression.next(after: instant, in: zone), next <= c.through {
            found.append(next)
            instant = next
        }
        return found
    }

    private static func data(_ name: String) throws -> [JSON] {
        try JSON(parsing: String(contentsOfFile: folder + "/Data/" + name, encoding: .utf8)).array ?? []
    }

    /// Finds the marks in the sources of the tests.
    private static func scan() throws -> [Mark] {
        var marks: [Mark] = []
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        for file in files.sorted() where file.hasSuffix(".swift") {
            let text = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
            for match in text.matches(of: /@Test\(\s*"((?:[^"\\]|\\.)*)"\s*,\s*\.shows\(([0-9, ]+)\)/) {
                let rows = match.2.split(separator: ",").compactMap { Int($0.filter(\.isNumber)) }
                marks.append(Mark(title: String(match.1), rows: rows, file: "Tests/ConformanceTests/" + file))
            }
        }
        return marks
    }
}

extension ConformancePage.Case {
    fileprivate init(_ json: JSON) throws {
        func instant(_ json: JSON?) -> Instant? { json?.string.flatMap { Instant(iso8601: $0) } }
        guard let name = json["case"]?.string, let cron = json["cron"]?.string, let zone = json["zone"]?.string,
            let after = instant(json["after"]), let through = instant(json["through"])
        else { throw ChildProcess.Failure(description: "a case of divergence.json cannot be read: \(json.text)") }
        (self.name, self.cron, self.zone, self.after, self.through) = (name, cron, zone, after, through)
        expected = (json["expected"]?.array ?? []).compactMap { instant($0) }
        others = ConformancePage.engines.map { ($0, json["others"]?[$0]?.string ?? "–") }
    }
}

extension ConformancePage {
    /// The columns beside ours.
    static let engines = [
        "croniter 7", "APScheduler 3.11", "robfig 3", "Quartz 2.3", "systemd 252",
        "Foundation .strict (swift-jobs, Vapor)",
    ]
}
