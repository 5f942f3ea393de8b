/// A message to the owner, as Telegram's HTML: inserted text is escaped where the message is made (K70).
public struct Alert: Hashable, Sendable {
    public let html: String

    init(html: String) { self.html = html }

    /// Escapes the three characters that Telegram's HTML mode reserves.
    static func escape(_ text: some StringProtocol) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    /// DI-08: a task failed; the first 200 characters of why.
    /// - Parameter failures: how many in a row; the second and later ones are told apart from a first.
    public static func agentError(domain: String, task: String, message: String, failures: Int) -> Alert {
        let text = "⚠️ Agent error: \(escape(domain)).\(escape(task))\n\(escape(message.prefix(200)))"
        return Alert(html: failures > 1 ? "\(text)\n(\(failures) failures in a row)" : text)
    }

    /// The first good run after failures that the owner was told of.
    public static func agentRecovered(domain: String, task: String, failures: Int) -> Alert {
        Alert(html: "✅ \(escape(domain)).\(escape(task)) works again after \(counted(failures, "failure"))")
    }

    /// `pauseOnFailure`: the schedule fires no more until somebody resumes it.
    public static func schedulePaused(_ schedule: String, message: String, failures: Int) -> Alert {
        Alert(
            html: """
                ⏸ \(escape(schedule)) paused itself after \(counted(failures, "failure")) in a row
                \(escape(message.prefix(200)))
                Resume it with: actpd resume \(escape(schedule))
                """)
    }

    /// Entries of `schedules.json` that do not run because of what is wrong with them.
    public static func schedulesQuarantined(_ entries: [(name: String?, problem: String)]) -> Alert {
        let lines = entries.prefix(5).map { "• \(escape($0.name ?? "(no name)")): \(escape($0.problem.prefix(200)))" }
        let rest = entries.count > 5 ? ["and \(entries.count - 5) more"] : []
        let head = "🚧 \(counted(entries.count, "schedule")) left out at the start; correct the file, then: actpd reload"
        return Alert(html: ([head] + lines + rest).joined(separator: "\n"))
    }

    /// `actpd alert test`.
    public static let test = Alert(html: "🔔 <b>actpd</b> can reach you here.")

    /// Several messages that waited together, in their order: the first lines of each.
    public static func digest(_ messages: [String]) -> Alert {
        // Whole lines only, so that no tag is cut; each kind of line is named once, with how often it came.
        var lines: [(text: String, count: Int)] = []
        for message in messages {
            let line = message.split(separator: "\n").prefix(2).joined(separator: " — ")
            if let index = lines.firstIndex(where: { $0.text == line }) {
                lines[index].count += 1
            } else {
                lines.append((line, 1))
            }
        }
        let shown = lines.prefix(20).map { $0.count > 1 ? "• \($0.text) (×\($0.count))" : "• \($0.text)" }
        let rest = lines.count > 20 ? ["and \(lines.count - 20) more; actpd runs shows them"] : []
        return Alert(html: (["🔔 \(messages.count) messages"] + shown + rest).joined(separator: "\n"))
    }

    /// The state directory cannot be written: nothing is started until it can.
    public static func ledgerRefuses(_ reason: String) -> Alert {
        Alert(
            html: """
                🛑 actpd starts nothing: its ledger cannot be written
                \(escape(reason.prefix(300)))
                It tries again every second and goes on by itself.
                """)
    }

    /// The service manager has given the daemon up.
    ///
    /// - Parameters:
    ///   - result: why, in systemd's word: `watchdog`, `exit-code`, `start-limit-hit`.
    ///   - status: the exit status or signal by name or number.
    public static func serviceFailed(result: String, status: String) -> Alert {
        Alert(
            html: """
                💀 actpd is down and stays down: \(escape(result.prefix(60))) (\(escape(status.prefix(60))))
                No schedule runs. On the server: systemctl status actpd, journalctl -u actpd -n 50
                """)
    }

    /// Something about the language models that only a person can mend.
    public static func modelNotice(_ text: String) -> Alert { Alert(html: "🧠 \(escape(text.prefix(400)))") }

    /// The ledger was damaged and a new one begun.
    public static func ledgerSetAside(_ path: String) -> Alert {
        Alert(
            html: """
                🧯 The ledger was damaged. It is kept as \(escape(path)); a new one was begun.
                Run history, pauses and undelivered messages of before are only in the old file. Schedules start anew: \
                nothing of before is caught up.
                """)
    }

    /// An irreversible step was under way when its end could not be seen. Nothing is repeated by itself.
    public static func outcomeUnknown(domain: String, task: String, message: String) -> Alert {
        Alert(
            html: """
                ❓ Outcome unknown: \(escape(domain)).\(escape(task))
                \(escape(message.prefix(200)))
                It is not repeated by itself.
                """)
    }

    /// YT-13: the weekly message after a full run.
    /// - Parameter heuristicShare: how much of the niche's posts keywords alone have put there, which the message says.
    static func weeklyVideos(
        tagged: Int, niche: String, averageViews: Double?, posts: Int, hook: String?, heuristicShare: Double? = 1
    ) -> Alert {
        let source: String =
            switch heuristicShare {
            case nil, 0: ""
            case 1: " (by keywords)"
            case .some(let share): " (\(String.percent(share)) by keywords)"
            }
        let views = averageViews.map { "\(String.grouped($0)) avg views, " } ?? ""
        var lines = [
            "📺 YouTube: \(counted(tagged, "new video")) tagged",
            "Top niche\(source): \(escape(niche)) (\(views)\(counted(posts, "post")))",
        ]
        if let hook { lines.append("Top hook: \(escape(hook.clipped(to: 120)))") }
        return Alert(html: lines.joined(separator: "\n"))
    }

    /// TR-15: enough niches trend at once.
    static func crossPlatformTrends(_ trends: [Trend]) -> Alert {
        let bullets = trends.map { trend in
            let platforms = trend.platforms.map { "\(escape($0.platform)) (\(counted($0.posts, "post")))" }
            let figures =
                "strength \(String.grouped(trend.strength)), avg engagement \(String.grouped(trend.averageEngagement))"
            let hook = trend.topHook.map { " | “\(escape($0.clipped(to: 100)))”" } ?? ""
            return "• \(escape(trend.niche)): \(platforms.joined(separator: ", ")) | \(figures)\(hook)"
        }
        return Alert(html: (["🔥 Cross-Platform Trend Detected"] + bullets).joined(separator: "\n"))
    }

    /// PR-21: somebody entered the decision stage. Names the top three, marks who is new, and the newcomers further down.
    /// - Parameters:
    ///   - top: the best contacts in the decision stage.
    ///   - entered: the best newcomers; `count` is how many there are in all.
    static func newDecisionProspects(top: [RankedContact], entered: [RankedContact], count: Int) -> Alert {
        var lines = ["🎯 New decision-stage prospects: \(count)"]
        let newcomers = Set(entered.map(\.id))
        for contact in top {
            lines.append("• \(shown(contact))\(newcomers.contains(contact.id) ? " 🆕" : "")")
        }
        let atTop = Set(top.map(\.id))
        let others = entered.filter { !atTop.contains($0.id) }
        let named = others.prefix(3)
        if !named.isEmpty {
            let unnamed = count - newcomers.intersection(atTop).count - named.count
            let rest = unnamed > 0 ? " and \(unnamed) more" : ""
            lines.append("Also new: \(named.map(shown).joined(separator: ", "))\(rest)")
        }
        return Alert(html: lines.joined(separator: "\n"))
    }

    private static func shown(_ contact: RankedContact) -> String {
        "\(escape(contact.name)): \(contact.score) (\(escape(contact.platform)))"
    }

    private static func counted(_ number: Int, _ noun: String) -> String {
        "\(String.grouped(number)) \(noun)\(number == 1 ? "" : "s")"
    }
}
