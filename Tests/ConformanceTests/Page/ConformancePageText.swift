import Cron
import Time

extension ConformancePage {
    /// The whole page.
    func text() throws -> String {
        var lines = [
            "# What other schedulers get wrong, and what holds here", "",
            "Made by `ACTPD_UPDATE_GOLDEN=1 swift test --filter ConformancePage` from `Tests/ConformanceTests`; a test fails when",
            "it is stale. Not to be edited by hand.", "",
            "## When the clock changes", "",
            "Ours is what this version answers; it is computed when the page is made, and must agree with Debian cron. The",
            "other columns were recorded with the versions named.", "",
            row(["case", "cron, zone", "**ours**"] + ConformancePage.engines),
            row(Array(repeating: "---", count: 3 + ConformancePage.engines.count)),
        ]
        for c in cases {
            lines.append(
                row([c.name, "`\(c.cron)` \(c.zone)", "**\(try answer(c))**"] + c.others.map(\.answer)))
        }
        lines += [
            "", "## Symptoms, row by row", "",
            "Each row is a fault that users of other engines reported. What must hold here is shown by the tests named, which run",
            "with every `swift test`.", "",
            row(["row", "symptom", "seen in", "what must hold", "shown by"]),
            row(Array(repeating: "---", count: 5)),
        ]
        for r in rows {
            let tests = marks.filter { $0.rows.contains(r.number) }.map(\.title)
            lines.append(
                row([r.number == 0 ? "B" : "B\(r.number)", r.symptom, r.seen, r.holds, tests.joined(separator: "<br>")])
            )
        }
        let files = Dictionary(grouping: marks, by: \.file).sorted { $0.key < $1.key }
        lines += ["", "The tests stand in:", ""]
        lines += files.map { "- `\($0.key)`: \($0.value.count)" }
        return lines.joined(separator: "\n") + "\n"
    }

    private func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

    /// The readings of the wall clock at which the job runs.
    private func answer(_ c: Case) throws -> String {
        let (expression, zone) = (try CronExpression(c.cron), try zones.zone(c.zone))
        let instants = try ConformancePage.ours(c).map { instant in
            reading(instant, zone) + (expression.isShifted(instant, in: zone) ? ", moved" : "")
        }
        return instants.isEmpty ? "none" : instants.joined(separator: "; ")
    }

    /// `2024-03-10 03:00 -04:00`
    private func reading(_ instant: Instant, _ zone: Zone) -> String {
        let offset = zone.offset(at: instant.seconds)
        let local = Instant(seconds: instant.seconds + Int64(offset)).iso8601
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let minutes = abs(offset) / 60
        return "\(local.prefix(10)) \(local.dropFirst(11).prefix(5)) \(offset < 0 ? "-" : "+")\(two(minutes / 60)):"
            + two(minutes % 60)
    }
}
