import Agents
import Records
import Testing

@Suite struct AgentCatalogTests {
    @Test("there are nine agents, one a domain (DI-01)")
    func nine() {
        #expect(Set(AgentCatalog.all.map(\.domain)) == Set(Domain.allCases))
        #expect(AgentCatalog.all.count == 9)
    }

    /// Readings 22.
    static let tasks: [(String, [String])] = [
        ("prospect", ["score-all", "score", "top", "next-actions", "research-ready", "research", "calibration"]),
        ("ab-tester", ["create", "checkback", "status", "results", "schedule", "all-schedules"]),
        ("scheduler", ["init", "optimize", "saturation-check", "weekly-calendar", "dm-schedule"]),
        ("content-mix", ["recommend", "gaps", "resonance-summary", "market-sync", "weekly-summary"]),
        ("youtube", ["analyze", "resonance", "summary", "full"]),
        ("trends", ["detect", "associations", "full", "top"]),
        ("creators", ["sync", "full-sync", "top"]),
        ("outreach", ["due", "build-queue", "send", "email-queue", "stats", "resolve"]),
        ("remotion", ["pipeline", "brief", "check-jobs", "queue", "status", "distribute"]),
    ]

    @Test("every agent declares exactly its tasks, each once", arguments: tasks)
    func declared(_ domain: String, _ names: [String]) throws {
        let agent = try #require(AgentCatalog.agent(named: domain))
        #expect(agent.tasks.map(\.name).sorted() == names.sorted())
        for task in agent.tasks {
            #expect(!task.summary.isEmpty && !task.summary.hasSuffix("."))
            #expect(Set(task.parameters.map(\.name)).count == task.parameters.count)
        }
    }

    /// The table dictionary's “who reads and writes what”, with five readings on top: outreach may find an address in the
    /// associations, creators may store the posts they research, content-mix queues renders (CMIX-003), the scheduler reads
    /// the task log (ingest failures) and the contacts of its dm-schedule (SC-11), and remotion registers what it publishes.
    static let access: [(String, reads: [String], writes: [String])] = [
        (
            "prospect",
            [
                "crm_contacts", "crm_interactions", "crm_conversations", "actp_platform_associations",
                "actp_twitter_research", "actp_prospect_scores",
            ], ["actp_prospect_scores"]
        ),
        (
            "ab-tester", ["actp_posting_schedule", "actp_ab_tests"],
            ["actp_ab_tests", "actp_content_performance", "actp_niche_resonance"]
        ),
        (
            "scheduler",
            [
                "actp_content_performance", "actp_ab_tests", "actp_posting_schedule", "actp_niche_resonance",
                "actp_agent_tasks", "actp_prospect_scores", "crm_contacts", "crm_message_queue",
            ], ["actp_posting_schedule"]
        ),
        (
            "content-mix",
            [
                "actp_content_performance", "actp_niche_resonance", "actp_posting_schedule",
                "actp_cross_platform_trends", "actp_platform_research",
            ], ["actp_gen_jobs"]
        ),
        (
            "youtube", ["youtube_video_stats", "actp_content_performance"],
            ["actp_content_performance", "actp_niche_resonance"]
        ),
        (
            "trends",
            [
                "actp_platform_research", "actp_twitter_research", "youtube_video_stats", "crm_contacts",
                "actp_platform_creators", "actp_cross_platform_trends",
            ], ["actp_platform_associations", "actp_cross_platform_trends"]
        ),
        (
            "creators", ["actp_platform_creators", "actp_platform_research", "crm_contacts"],
            ["actp_platform_creators", "crm_contacts", "actp_niche_resonance", "actp_platform_research"]
        ),
        (
            "outreach",
            [
                "actp_prospect_scores", "crm_contacts", "crm_conversations", "crm_interactions", "crm_message_queue",
                "actp_platform_associations",
            ], ["crm_message_queue", "crm_interactions", "actp_prospect_scores"]
        ),
        (
            "remotion",
            ["actp_niche_resonance", "actp_cross_platform_trends", "actp_gen_jobs", "actp_workflow_tasks"],
            ["actp_gen_jobs", "actp_workflow_tasks", "actp_content_performance"]
        ),
    ]

    @Test("every agent reads and writes the tables of the dictionary and no others", arguments: access)
    func tables(_ domain: String, reads: [String], writes: [String]) throws {
        let agent = try #require(AgentCatalog.agent(named: domain))
        #expect(agent.reads == Set(reads))
        #expect(agent.writes == Set(writes))
        let known = Set(Schema.tables.map(\.name))
        #expect(agent.reads.union(agent.writes).isSubset(of: known))
    }

    @Test("the sweep names one existing task of each agent, in order (DI-10)")
    func sweep() throws {
        #expect(
            AgentCatalog.sweep.map { "\($0.domain.rawValue).\($0.task)" } == [
                "prospect.score-all", "ab-tester.checkback", "scheduler.optimize", "content-mix.recommend",
                "youtube.analyze", "trends.detect", "creators.sync", "outreach.build-queue", "remotion.check-jobs",
            ])
        for (domain, task) in AgentCatalog.sweep {
            let found = try #require(AgentCatalog.agent(domain)?.task(named: task))
            #expect(found.effect != .once)
            // The sweep passes no parameters.
            #expect(throws: Never.self) { try Arguments([:], for: found.parameters) }
        }
    }

    @Test("what posts, sends, renders or distributes is tried once (readings 24)")
    func once() {
        let once = AgentCatalog.all.flatMap { agent in
            agent.tasks.filter { $0.effect == .once }.map { "\(agent.domain.rawValue).\($0.name)" }
        }
        #expect(once == ["ab-tester.create", "outreach.send", "remotion.pipeline", "remotion.distribute"])
    }

    @Test("an unknown agent is nobody")
    func unknown() { #expect(AgentCatalog.agent(named: "youtub") == nil) }
}
