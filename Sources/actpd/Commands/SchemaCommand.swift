import ArgumentParser
import Configuration
import JSON
import Records
import Stores
import Supabase

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "The tables in Supabase: as SQL, and compared with what actpd expects.",
        subcommands: [SQL.self, Check.self])

    struct SQL: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sql", abstract: "Prints the PostgreSQL migration; harmless on a database that has the tables."
        )

        func run() { Terminal.out(PostgreSQLSchema.sql()) }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Compares the live tables' columns with ours; exits 78 when a difference stops a task.")

        @Flag(help: "Print JSON.")
        var json = false
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try reporting {
                let workplace = try Workplace(options, as: .reader)
                guard let store = workplace.tables.supabase else {
                    throw ExitStatus.usage.exit(
                        """
                        the embedded store is in use, whose tables are brought up to date when it is opened; set \
                        SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY to compare a database
                        """)
                }
                let (ledger, time) = (workplace.ledger, workplace.time)
                let report = try workplace.wait { await SchemaReport.make(store, ledger, time: time) }
                if json { Terminal.out(report.json.text) }
                if let failure = report.failure { throw ExitStatus(failure).exit("\(failure)") }
                if !json { show(report) }
                if report.stopsTasks { throw ExitCode(ExitStatus.configuration.rawValue) }
            }
        }

        private func show(_ report: SchemaReport) {
            let columns = Schema.tables.reduce(0) { $0 + $1.columns.count }
            for line in report.lines {
                Terminal.out(
                    (line.stops.isEmpty ? Finding.Grade.notable : .bad).rawValue.padding(to: 5) + line.sentence)
            }
            Terminal.out(
                report.lines.isEmpty
                    ? "All \(columns) columns of \(Schema.tables.count) tables are as expected."
                    : "\(report.lines.count) differences among \(columns) columns of \(Schema.tables.count) tables."
                        + (report.stopsTasks ? " `actpd schema sql` adds what actpd's own tables lack." : ""))
        }
    }
}
