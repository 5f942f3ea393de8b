import JSON
import Records

extension Agent {
    /// Posts one idea with two hooks, measures both, names a winner (PRD-031).
    public static let abTester = Agent(
        .abTester, "posts one idea with two hooks, measures both and names the better one",
        reads: [PostingSchedule.definition, ABTests.definition],
        writes: [ABTests.definition, ContentPerformance.definition, NicheResonance.definition],
        tasks: [
            AgentTask(
                "create", "makes both variants and posts them", effect: .once,
                parameters: [
                    Parameter("topic", .text, isRequired: true, "what the posts are about"),
                    Parameter("niche", .word(Vocabulary.testNiches), isRequired: true, "the niche under test"),
                ], run: ABTesterTasks.create),
            AgentTask("checkback", "measures running tests and decides finished ones", run: Checkback.run),
            AgentTask("status", "running tests with their latest figures", effect: .none, run: TestLists.status),
            AgentTask(
                "results", "finished tests with their winners", effect: .none,
                parameters: [Parameter("limit", .integer(1...1_000), default: 20, "how many tests")],
                run: TestLists.results),
            AgentTask("schedule", "the next posting window", effect: .none, run: TestLists.schedule),
            AgentTask(
                "all-schedules", "the posting windows of every platform", effect: .none, run: TestLists.allSchedules),
        ])
}
