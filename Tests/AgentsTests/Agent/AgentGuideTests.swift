import Foundation
import Records
import Testing

@testable import Agents

/// `.claude/agents`: one instruction file beside each agent, as declared (DI-27).
@Suite struct AgentGuideTests {
    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test("the file of every agent says what its declaration says (DI-27)", arguments: AgentCatalog.all.map(\.domain))
    func current(_ domain: Domain) throws {
        let guide = AgentGuide(try #require(AgentCatalog.agent(domain)))
        let file = AgentGuideTests.repository.appendingPathComponent(guide.path)
        if ProcessInfo.processInfo.environment["ACTPD_UPDATE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try guide.text.write(to: file, atomically: true, encoding: .utf8)
        }
        let there = try? String(contentsOf: file, encoding: .utf8)
        #expect(there == guide.text, "\(guide.path) has drifted; actpd docs agents writes it")
    }

    @Test("a guide names every task with its parameters, every table with its columns, and the rules")
    func complete() throws {
        for agent in AgentCatalog.all {
            let text = AgentGuide(agent).text
            for task in agent.tasks {
                #expect(text.contains("- `\(task.name)`: "))
                for parameter in task.parameters { #expect(text.contains("  - `\(parameter.name)`: ")) }
            }
            for name in agent.reads.union(agent.writes) {
                let table = try #require(Schema.tables.first { $0.name == name })
                #expect(text.contains("- `\(name)`, "))
                for column in table.columns { #expect(text.contains("`\(column.name)`")) }
            }
            #expect(text.contains("## Rules that bind"))
        }
    }
}
