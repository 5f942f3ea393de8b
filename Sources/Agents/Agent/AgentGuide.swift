internal import JSON
public import Records

/// The instruction file of an agent, for whoever works on it or with it: `.claude/agents/<domain>/CLAUDE.md` (DI-27).
///
/// Written from the declarations, so that it says what the program does; a file that differs has drifted.
public struct AgentGuide: Sendable {
    private let agent: Agent
    private let tables: [TableDefinition]

    public init(_ agent: Agent, tables: [TableDefinition] = Schema.tables) {
        self.agent = agent
        self.tables = tables
    }

    /// Where it lies, from the top of the repository.
    public var path: String { ".claude/agents/\(agent.domain.rawValue)/CLAUDE.md" }

    /// The file's text.
    public var text: String {
        let guidance = Guidance.of(agent.domain)
        let sections = [
            "# \(agent.domain.rawValue)",
            "Written by `actpd docs agents` from the declarations in `\(guidance.folder)`; change those, not this file.",
            "## Purpose", "It \(agent.summary). Product document: \(guidance.document).", "## Tasks",
            agent.tasks.map(task).joined(separator: "\n"), "## Tables", tableLines.joined(separator: "\n"),
            "Columns exist only in `Sources/Records/Schema`; a table that is not named here is refused.",
            "## Rules that bind", (guidance.rules + Guidance.common).map { "- \($0)" }.joined(separator: "\n"),
            "## Commands to try", "```sh\n\(commands.joined(separator: "\n"))\n```",
        ]
        return sections.joined(separator: "\n\n") + "\n"
    }

    private func task(_ task: AgentTask) -> String {
        let effect: String =
            switch task.effect {
            case .none: "reads only"
            case .repeatable: "may be repeated"
            case .once: "acts once, never repeated by the engine"
            }
        let head = "- `\(task.name)`: \(task.summary) (\(effect))."
        return ([head] + task.parameters.map(parameter)).joined(separator: "\n")
    }

    private func parameter(_ parameter: Parameter) -> String {
        let need =
            parameter.isRequired ? "required" : parameter.default.map { "default \($0.text)" } ?? "optional"
        return "  - `\(parameter.name)`: \(parameter.kind.allowed), \(need). \(parameter.help)"
    }

    private var tableLines: [String] {
        agent.reads.union(agent.writes).sorted().map { name in
            let use: String =
                switch (agent.reads.contains(name), agent.writes.contains(name)) {
                case (true, true): "read and written"
                case (false, true): "written"
                default: "read"
                }
            let columns = tables.first { $0.name == name }?.columns.map { "`\($0.name)`" } ?? []
            return "- `\(name)`, \(use): \(columns.joined(separator: ", "))"
        }
    }

    private var commands: [String] {
        let domain = agent.domain.rawValue
        return agent.tasks.map { task in
            let needed = task.parameters.filter(\.isRequired).map { " --\($0.name) …" }.joined()
            let dry = task.effect == .none ? "" : " --dry-run"
            return "actpd run \(domain) \(task.name)\(needed)\(dry) --json"
        } + ["actpd runs --domain \(domain) -n 5"]
    }
}

/// What a declaration cannot say: where the code lies, and the rules that its author must not break.
struct Guidance: Sendable {
    let document: String
    let folder: String
    let rules: [String]

    /// For every agent.
    static let common = [
        "The store, the memory and the services come through `TaskContext`; `now` is the run's only time.",
        "A dry run writes nothing but its task row; it shows what a real run would do.",
        "What sends, posts, renders or pays is tried once; an unknown end is looked for, never repeated blindly.",
        "Text that came from outside goes to a model as material, into a message escaped, into an error clipped.",
        "Each rule's number stands at the function that carries it out and at its test.",
    ]

    static func of(_ domain: Domain) -> Guidance {
        all[domain] ?? Guidance(document: "none", folder: "Sources/Agents", rules: [])
    }

    private static let all: [Domain: Guidance] = [
        .prospect: Guidance(
            document: "PRD-030, rules PR-01…PR-28", folder: "Sources/Agents/Prospect",
            rules: [
                "The column is `funnel_stage`; one row a contact, upserted by `contact_id` (PR-01, PR-27).",
                "Stages: awareness 0–30, consideration 31–64, decision 65–100 (PR-02). Bots are left out (PR-14).",
                "A re-score leaves `research_done`, `research_data` and `research_at` alone; no brief is written twice "
                    + "(PR-17).",
            ]),
        .abTester: Guidance(
            document: "PRD-031, rules AB-01…AB-19", folder: "Sources/Agents/ABTester",
            rules: [
                "Both texts are checked before either is posted; a seeded coin decides which goes by which method "
                    + "(AB-01).",
                "A winner needs the 24 h figures and a margin above 15 % (AB-07); what it is worth stands beside it.",
                "A window is taken at the first run with its age and no figures yet (K28).",
            ]),
        .scheduler: Guidance(
            document: "PRD-032, rules SC-01…SC-21", folder: "Sources/Agents/Scheduler",
            rules: [
                "`active_days` counts from Monday, cron from Sunday (K38); hours are UTC.",
                "Gaps and pair rules of SC-06…SC-10 hold for every calendar; the gap wins over the number of posts "
                    + "(K33).",
                "Draws are replayed from the key in the result; nothing else is random.",
            ]),
        .contentMix: Guidance(
            document: "PRD-033, rules CM-01…CM-19", folder: "Sources/Agents/ContentMix",
            rules: [
                "Targets are for five niches; content_creation counts and is never a gap, other is left out (K40).",
                "A gap queues one render a niche and week (CMIX-003).",
                "Recommendations cite resonance rows that exist (CM-15).",
            ]),
        .youtube: Guidance(
            document: "PRD-034, rules YT-01…YT-18", folder: "Sources/Agents/YouTube",
            rules: [
                "`external_id`, `comments_count`, `watch_time_minutes`, `offer_tags[]`; `avg_watch_time` and "
                    + "`last_updated` in the matrix.",
                "Nothing is tagged twice (YT-14); known videos get new numbers (K47), the newest row counts (K48).",
                "Twenty titles a call (YT-15); keywords stand in title by title (YT-04), and shares of them are shown.",
            ]),
        .trends: Guidance(
            document: "PRD-035, rules TR-01…TR-20", folder: "Sources/Agents/Trends",
            rules: [
                "`engagement_type`, and no `updated_at`, in the associations; `tweet_text` and `scraped_at` in the "
                    + "tweets.",
                "Strength = average engagement × platforms × ln(posts) (TR-08, K51).",
                "The message goes out at three niches or more, once a set and day (TR-15, TRND-005).",
            ]),
        .creators: Guidance(
            document: "PRD-036, rules CR-01…CR-21", folder: "Sources/Agents/Creators",
            rules: [
                "A creator is added to the CRM only when absent, above an ICP fit of 60 (CR-10, K59).",
                "The research service away is a logged error, not a crash (CR-20).",
            ]),
        .outreach: Guidance(
            document: "PRD-037, rules OU-01…OU-22", folder: "Sources/Agents/Outreach",
            rules: [
                "`message_body`, `message_type`, `ai_reasoning`; the stored `funnel_stage` decides, nothing is "
                    + "re-scored (K2).",
                "Cooldowns look at interactions and queue (OU-18); opt-outs block (K22).",
                "A message is sent once: after a time-out it is failed with a note (K20).",
            ]),
        .remotion: Guidance(
            document: "PRD-038, rules RE-01…RE-21", folder: "Sources/Agents/Remotion",
            rules: [
                "Jobs are found by `model` = remotion and change state only by conditional updates (K68).",
                "A busy renderer is not a dead one; whoever answers is identified before anything is sent (K23).",
                "A lost submission is looked for before it is sent again; a render is distributed once (REMO-004).",
                "Never write the status `pending` into actp_gen_jobs (D8).",
            ]),
    ]
}
