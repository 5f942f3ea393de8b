import Testing

@testable import actpd

/// What the schedule file asks the agents.
struct TaskCatalogTests {
    @Test(
        "a task that sends, posts or pays is known as one that is tried once; others, the sweep and no task are not",
        arguments: [
            ("outreach", "send", true), ("remotion", "distribute", true), ("ab-tester", "create", true),
            ("outreach", "build-queue", false), ("youtube", "analyze", false), ("dispatch", "all", false),
            ("dispatch", "send", false), ("outreach", "nothing", false), ("nobody", "send", false),
        ])
    func once(_ domain: String, _ task: String, _ isOnce: Bool) {
        #expect(AgentTaskCatalog().isOnce(domain: domain, task: task) == isOnce)
    }
}
