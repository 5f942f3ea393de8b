import ArgumentParser
import Configuration
import Records
import Stores
import Suggestion
import Time
import Transfer

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Imports a CSV, JSON or NDJSON file into a table, all of it or nothing.")

    @Argument(help: "The table.")
    var table: String
    @Argument(help: "The file.")
    var file: String
    @Option(help: "csv, json or ndjson, when the extension does not say.")
    var format: TransferFormat?
    @Flag(help: "Import the good rows of a file that has bad ones.")
    var skipBad = false
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        try reporting {
            let definition = try TableName.definition(table)
            let workplace = try Workplace(options, as: .reader)
            let line = ProgressLine()
            defer { line.clear() }
            do {
                let work = try TableImport(
                    file, into: definition, format: format, skippingBadRows: skipBad, now: workplace.time.now())
                let store = workplace.store
                let report = try workplace.wait {
                    try await work.run(into: store) {
                        line.show($0.phase.rawValue, Int($0.bytesDone), Int($0.bytesTotal))
                    }
                }
                line.clear()
                if !report.problems.isEmpty { Terminal.error(report.listing) }
                let skipped = report.skipped > 0 ? ", \(report.skipped) bad ones skipped" : ""
                Terminal.out("\(table): \(report.imported) rows imported from \(file)\(skipped)")
            } catch let error as TransferError {
                line.clear()
                throw error.exit(workplace)
            }
        }
    }
}

/// A table's name as it is typed.
enum TableName {
    static func definition(_ name: String) throws -> TableDefinition {
        if let table = Schema.table(named: name) { return table }
        let names = Schema.tables.map(\.name)
        let hint =
            name.nearest(in: names).map { ", did you mean \($0)?" } ?? "; there are \(names.joined(separator: ", "))"
        throw ExitStatus.usage.exit("there is no table \"\(name)\"\(hint)")
    }
}

extension TransferFormat: ExpressibleByArgument {}

extension TransferError {
    /// With what explains a refusal to somebody who is root and thinks that root may do everything.
    func exit(_ workplace: Workplace) -> ExitCode {
        let advice: String? =
            switch code {
            case .unreadable: "put the file where that user may read it"
            case .unwritable: "write to standard output instead: actpd export TABLE > FILE"
            default: nil
            }
        guard let user = workplace.worksAs, let advice else { return exitStatus.exit("\(self)") }
        return exitStatus.exit("\(self); called by root, actpd works as \(user), who owns the state: \(advice)")
    }

    var exitStatus: ExitStatus {
        switch code {
        case .unknownFormat: .usage
        case .refused, .changed: .badData
        case .unreadable, .unwritable: .unavailable
        case .store: cause?.isRetryable == true ? .unavailable : .badData
        }
    }
}
