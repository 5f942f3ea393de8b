public import JSON

extension Alert {
    /// DI-12: the daily sweep's summary. A domain that has nothing to tell has no bullet; one that failed is named.
    ///
    /// - Parameter results: the result of each task by `domain.task`; a failed one has the key `error`.
    public static func sweep(passed: Int, of total: Int, results: [String: JSON]) -> Alert {
        var lines = ["🤖 Daily Agent Sweep — \(passed)/\(total) \(passed == total ? "✅" : "⚠️")"]
        lines += [
            prospects(results), tests(results), mix(results), videos(results), trends(results), outreach(results),
            renders(results),
        ].compactMap { $0 }
        for (task, result) in results.sorted(by: { $0.key < $1.key }) {
            guard let error = result["error"]?.string else { continue }
            lines.append("• \(escape(task)): ❌ \(escape(error.prefix(120)))")
        }
        return Alert(html: lines.joined(separator: "\n"))
    }

    /// PR-21, DI-12: how many are ready for research, and the top ten with stage and score (K4).
    private static func prospects(_ results: [String: JSON]) -> String? {
        guard let result = results["prospect.score-all"], let scored = result["scored"]?.integer else { return nil }
        let ready = result["research_ready"]?.integer ?? 0
        let top = (result["top"]?.array ?? []).prefix(10).compactMap { contact -> String? in
            guard let name = contact["name"]?.string, let score = contact["score"]?.integer,
                let stage = contact["stage"]?.string
            else { return nil }
            return "\n   \(escape(name)) — \(escape(stage)), \(score)"
        }
        return "• Prospects: \(scored) scored, \(ready) research-ready\(top.joined())"
    }

    private static func tests(_ results: [String: JSON]) -> String? {
        guard let result = results["ab-tester.checkback"], let running = result["running"]?.integer else { return nil }
        let winners = (result["winners"]?.array ?? []).compactMap { test -> String? in
            guard let winner = test["method"]?.string else { return nil }
            let uplift = test["uplift"]?.double.map { " +\(String.percent($0))" } ?? ""
            let niche = test["niche"]?.string.map { " on \(escape($0))" } ?? ""
            return "\(escape(winner))\(uplift)\(niche)"
        }
        return
            "• A/B tests: \(running) running\(winners.isEmpty ? "" : ", winners: \(winners.joined(separator: ", "))")"
    }

    private static func mix(_ results: [String: JSON]) -> String? {
        guard let list = results["content-mix.recommend"]?["recommendations"]?.array, let first = list.first,
            let niche = first["niche"]?.string, let platform = first["platform"]?.string,
            let count = first["recommended_count"]?.integer
        else { return nil }
        return "• Make next: \(count) × \(escape(niche)) for \(escape(platform))"
    }

    private static func renders(_ results: [String: JSON]) -> String? {
        guard let counts = results["remotion.check-jobs"]?["by_status"] else { return nil }
        func count(_ status: String) -> Int64 { counts[status]?.integer ?? 0 }
        return "• Renders: \(count("complete")) complete, \(count("distributing")) distributing, "
            + "\(count("rendering")) rendering, \(count("queued") + count("pending")) queued"
    }

    private static func trends(_ results: [String: JSON]) -> String? {
        guard let trend = results["trends.detect"]?["trends"]?.array?.first, let niche = trend["niche"]?.string,
            let platforms = trend["platform_count"]?.integer
        else { return nil }
        return "• Top trend: \(escape(niche)) × \(platforms) platforms"
    }

    private static func videos(_ results: [String: JSON]) -> String? {
        guard let tagged = results["youtube.analyze"]?["tagged"]?.integer else { return nil }
        return "• YouTube: \(tagged) videos tagged"
    }

    private static func outreach(_ results: [String: JSON]) -> String? {
        guard let result = results["outreach.build-queue"], let queued = result["queued"]?.integer else { return nil }
        return "• Outreach: \(queued) queued, \(result["decision"]?.integer ?? 0) of them decision"
    }
}
