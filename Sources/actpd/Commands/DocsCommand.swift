import Agents
import ArgumentParser

struct DocsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docs", abstract: "Writes documents that follow from the code.",
        subcommands: [AgentGuidesCommand.self])
}

struct AgentGuidesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agents", abstract: "Writes .claude/agents/DOMAIN/CLAUDE.md, one for each agent.")

    @Option(help: "The top of the repository.")
    var into = "."
    @Flag(help: "Write nothing; fail when a file differs from the declarations.")
    var check = false

    func run() throws {
        try reporting {
            var drifted: [String] = []
            for agent in AgentCatalog.all {
                let guide = AgentGuide(agent)
                let path = into + "/" + guide.path
                let there = try? Files.read(path)
                guard there != Array(guide.text.utf8) else { continue }
                if check {
                    drifted.append(guide.path)
                } else {
                    try Files.makeDirectory(String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex)))
                    try LocalFiles().write(guide.text, to: path)
                    Terminal.out(guide.path)
                }
            }
            guard drifted.isEmpty else {
                throw ExitStatus.badData.exit(
                    "not as declared, or missing: \(drifted.joined(separator: ", ")); actpd docs agents writes them")
            }
        }
    }
}
