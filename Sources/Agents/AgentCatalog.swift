/// The nine agents, in the order of the daily sweep (DI-10).
public enum AgentCatalog {
    public static let all: [Agent] = [
        .prospect, .abTester, .scheduler, .contentMix, .youtube, .trends, .creators, .outreach, .remotion,
    ]

    /// What the daily sweep runs, one after another (DI-09, DI-10).
    public static let sweep: [(domain: Domain, task: String)] = [
        (.prospect, "score-all"), (.abTester, "checkback"), (.scheduler, "optimize"), (.contentMix, "recommend"),
        (.youtube, "analyze"), (.trends, "detect"), (.creators, "sync"), (.outreach, "build-queue"),
        (.remotion, "check-jobs"),
    ]

    /// The agent with this domain name, as in `schedules.json`; `nil` when there is none.
    public static func agent(named name: String) -> Agent? { all.first { $0.domain.rawValue == name } }

    public static func agent(_ domain: Domain) -> Agent? { all.first { $0.domain == domain } }
}
