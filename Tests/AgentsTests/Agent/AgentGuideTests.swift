import Records
import Testing

@testable import Agents

/// `.claude/agents`: one instruction file for each agent, written from its declaration (DI-27). That the files are as
/// declared is checked by `make check`.
@Suite struct AgentGuideTests {
    @Test("a guide names every task with its parameters, every table with its columns, and the rules (DI-27)")
    func complete() throws {
        for agent in AgentCatalog.all {
            let guide = AgentGuide(agent)
            #expect(guide.path == ".claude/agents/\(agent.domain.rawValue)/CLAUDE.md")
            for task in agent.tasks {
                #expect(guide.text.contains("- `\(task.name)`: "))
                for parameter in task.parameters { #expect(guide.text.contains("  - `\(parameter.name)`: ")) }
            }
            for name in agent.reads.union(agent.writes) {
                let table = try #require(Schema.tables.first { $0.name == name })
                #expect(guide.text.contains("- `\(name)`, "))
                for column in table.columns { #expect(guide.text.contains("`\(column.name)`")) }
            }
            #expect(guide.text.contains("## Rules that bind"))
        }
    }
}
