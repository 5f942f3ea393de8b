import ActpTesting
import Foundation
import JSON
import Records
import Testing

/// The same commands on the embedded store and on Supabase leave the same rows.
@Suite(.timeLimit(.minutes(15)), .enabled(if: PostgresCluster.isInstalled, "\(PostgresCluster.missing)"))
struct SameRowsTests {
    private static let commands = [
        ["prospect", "score-all"], ["youtube", "full"], ["trends", "full"], ["content-mix", "recommend"],
        ["outreach", "build-queue"], ["scheduler", "optimize"], ["prospect", "score-all"],
    ]

    /// What each run makes anew: clocks, and ids that only the row itself has.
    private static func isComparable(_ column: String) -> Bool {
        !(column == "id" || column == "job_id" || column.hasSuffix("_at") || column.hasSuffix("_ms")
            || column.hasSuffix("last_updated"))
    }

    /// Without what each run makes anew, also in the results that a row holds.
    private static func comparable(_ json: JSON) -> JSON {
        switch json {
        case .object(let members): .object(members.filter { isComparable($0.key) }.mapValues(comparable))
        case .array(let elements): .array(elements.map(comparable))
        default: json
        }
    }

    /// A table's rows as sorted lines of what can be compared.
    private func rows(_ table: TableDefinition, _ installation: Installation, _ settings: [String: String]) async throws
        -> [String]
    {
        let finished = try await installation.actpd(
            ["export", table.name, "--format", "ndjson"], environment: settings)
        #expect(finished.status == 0, "\(finished.error)")
        return try finished.output.split(separator: "\n").map { line in
            SameRowsTests.comparable(try JSON(parsing: String(line))).text
        }.sorted()
    }

    @Test("the example business, worked on by the agents, is the same table by table")
    func tables() async throws {
        let (embedded, hosted) = (try Installation(), try Installation())
        #expect(try await embedded.actpd("sample").status == 0)
        try await Database.serve { database in
            for table in Schema.tables {
                let file = embedded.directory.file(table.name + ".ndjson")
                #expect(try await embedded.actpd("export", table.name, file).status == 0)
                guard try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0 > 0 else { continue }
                let imported = try await hosted.actpd(["import", table.name, file], environment: database.settings)
                #expect(imported.status == 0, "\(table.name): \(imported.error)")
            }
            for command in SameRowsTests.commands {
                let (here, there) = (
                    try await embedded.actpd(command), try await hosted.actpd(command, environment: database.settings)
                )
                #expect(here.status == there.status, "\(command): \(here.error) \(there.error)")
            }
            for table in Schema.tables {
                let (here, there) = (
                    try await rows(table, embedded, [:]), try await rows(table, hosted, database.settings)
                )
                let (only, missing) = (Set(here).subtracting(there), Set(there).subtracting(here))
                #expect(
                    only.isEmpty && missing.isEmpty && here.count == there.count, "\(table.name)\n\(only)\n\(missing)")
            }
            #expect(try await rows(ProspectScores.definition, hosted, database.settings).count > 100)
        }
    }
}
