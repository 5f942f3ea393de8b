import ArgumentParser
import Glibc
import Records
import Stores
import Transfer

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Exports a table as CSV, JSON or NDJSON to a file or to standard output.")

    @Argument(help: "The table.")
    var table: String
    @Argument(help: "The file; standard output when left out.")
    var file: String?
    @Option(help: "csv, json or ndjson; CSV on standard output unless said otherwise.")
    var format: TransferFormat?
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        try reporting {
            let export = TableExport(try TableName.definition(table))
            let workplace = try Workplace(options, as: .reader)
            let store = workplace.store
            do {
                if let file {
                    let count = try workplace.wait { [format] in
                        try await export.write(from: store, toFile: file, format: format)
                    }
                    Terminal.error("\(table): \(count) rows exported to \(file)")
                } else {
                    let format = format ?? .csv
                    _ = try workplace.wait {
                        try await export.write(from: store, toDescriptor: STDOUT_FILENO, format: format)
                    }
                }
            } catch let error as TransferError {
                throw error.exit(workplace)
            }
        }
    }
}
