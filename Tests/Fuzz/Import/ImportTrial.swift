import FuzzSupport
import Records
import Time

@testable import Transfer

/// One CSV file for one table: what is read is written and read again, and every refusal names its place.
struct ImportTrial {
    /// How a file is read: two bits for the limit of a row, one for where the file begins in the reader's window.
    struct Manner {
        let recordLimit: Int
        /// A row stands before the file's own so that the first chunk ends after so many bytes of it.
        let chunkEnd: Int?

        init(_ letter: UInt8) {
            recordLimit = [FileWindow.usualRecordLimit, 512 << 10, 4_096, 64][Int(letter & 3)]
            chunkEnd = letter & 4 == 0 ? nil : Int(letter >> 3)
        }
    }

    private struct Reading: Equatable {
        /// The lines of the good rows.
        var lines: [Int] = []
        var cells: [(columns: [Int], cells: [Cell])] = []
        var problems: [[String]] = []
        var bad = 0

        static func == (a: Reading, b: Reading) -> Bool {
            a.lines == b.lines && a.problems == b.problems && a.bad == b.bad
                && a.cells.elementsEqual(b.cells) { $0.columns == $1.columns && $0.cells == $1.cells }
        }
    }

    private static let now = Instant(seconds: 1_772_366_400)

    private let bytes: [UInt8]
    private let table: TableDefinition
    private let manner: Manner
    private let columns: ImportColumns

    init(_ bytes: [UInt8], _ table: TableDefinition, _ manner: Manner) {
        self.bytes = bytes
        self.table = table
        self.manner = manner
        columns = ImportColumns(table: table, now: ImportTrial.now)
    }

    func judge() {
        let file = MemoryFile(bytes)
        switch read(file.path) {
        case .failure(let error):
            claim(error.code == .refused, "nothing but its contents is against a file: \(error)")
            judge(error.report?.problems ?? [])
        case .success(let reading):
            if reading.bad == 0 { claim(isText, "what is not UTF-8, or holds NUL, is refused") }
            checkReport(file.path, reading)
            checkStatements(file.path)
            checkRoundTrip(reading)
            if let end = manner.chunkEnd { checkChunks(reading, end) }
        }
    }

    private var isText: Bool { String(validating: bytes, as: UTF8.self) != nil && !bytes.contains(0) }

    // MARK: Reading

    private func read(
        _ path: String, limit: Int? = nil, isOwn: Bool = true, shiftedBy lines: Int = 0
    ) -> Result<Reading, TransferError> {
        do throws(TransferError) {
            let window = try FileWindow(path: path, recordLimit: limit ?? manner.recordLimit)
            var source = try CSVRows(window, columns)
            var reading = Reading()
            while let event = try source.next() {
                claim(
                    window.bytes.count <= window.recordLimit + 2 * FileWindow.chunk,
                    "\(window.bytes.count) bytes are held, with a limit of \(window.recordLimit)")
                switch event {
                case .row(let row):
                    claim(row.columns.count == row.cells.count, "a cell for each column")
                    reading.lines.append(row.line - lines)
                    reading.cells.append((row.columns, row.cells))
                case .bad(let problems):
                    if isOwn, lines == 0 { judge(problems) }
                    reading.bad += 1
                    reading.problems += problems.map { ["\($0.line - lines):\($0.column)", $0.name ?? "", $0.message] }
                }
            }
            return .success(reading)
        } catch {
            return .failure(error)
        }
    }

    /// Each stands at a place of the file.
    private func judge(_ problems: [ImportProblem]) {
        let lines = 1...(bytes.count { $0 == 10 } + 1)
        claim(!problems.isEmpty, "a refusal has problems")
        for problem in problems {
            claim(lines.contains(problem.line), "\(problem): the file has \(lines.upperBound) lines")
            claim((1...(bytes.count + 1)).contains(problem.column), "\(problem): a column of the file")
            claim(!problem.message.isEmpty, "\(problem) says what is wrong")
        }
    }

    // MARK: What follows from a reading

    /// The check that comes before an import counts the same.
    private func checkReport(_ path: String, _ reading: Reading) {
        do {
            var check = try TableImport(path, into: table, format: .csv, now: ImportTrial.now)
            check.recordLimit = manner.recordLimit
            let report = try check.check()
            claim(
                report.read == reading.lines.count + reading.bad && report.skipped == reading.bad,
                "\(report.read) rows, \(report.skipped) bad: \(reading.lines.count) are good, \(reading.bad) bad"
            )
            claim(report.problemCount == reading.problems.count, "\(report.problemCount) problems")
        } catch {
            claim(false, "what could be read can be checked: \(error)")
        }
    }

    /// No statement has a key twice; together they have all good rows.
    private func checkStatements(_ path: String) {
        do {
            let window = try FileWindow(path: path, recordLimit: manner.recordLimit)
            var pass = ImportPass(try CSVRows(window, columns), .loading)
            while let statement = try pass.nextStatement(for: table, isStrict: false) {
                claim(!statement.rows.isEmpty, "a statement has rows")
                claim(statement.rows.allSatisfy { $0.count == statement.columns.count }, "a cell for each column")
                let key = table.key.compactMap { statement.columns.firstIndex(of: $0) }
                guard key.count == table.key.count else { continue }
                let keys = Set(statement.rows.map { row in key.map { row[$0] } })
                claim(keys.count == statement.rows.count, "no key stands twice")
            }
            claim(pass.report.imported + pass.report.skipped == pass.report.read, "every row is handed out or skipped")
        } catch {
            claim(false, "what could be read can be loaded: \(error)")
        }
    }

    /// What was read, written by the exporter, reads as the same rows.
    private func checkRoundTrip(_ reading: Reading) {
        guard let shape = reading.cells.first?.columns else { return }
        var writer = RowWriter(.csv, columns: shape.map { table.columns[$0].name })
        var written: [UInt8] = []
        writer.begin(&written)
        for row in reading.cells { writer.write(row.cells, &written) }
        writer.end(&written)
        let file = MemoryFile(written)
        // A cell may be longer in its written form.
        switch read(file.path, limit: FileWindow.usualRecordLimit, isOwn: false) {
        case .failure(let error): claim(false, "what was written can be read: \(error)")
        case .success(let again):
            claim(again.bad == 0, "what was written is good: \(again.problems)")
            claim(
                again.cells.elementsEqual(reading.cells) { $0 == $1 },
                "rows as they were: \(reading.cells) \(again.cells)")
        }
    }

    /// The same file behind a first row, so long that a chunk of the reader ends in the middle of the file.
    private func checkChunks(_ reading: Reading, _ end: Int) {
        // Only where a line end ends the header for certain, and a row of one field is a bad one.
        guard let header = bytes.firstIndex(of: 10), !bytes[...header].contains(UInt8(ascii: "\"")),
            bytes[..<header].contains(UInt8(ascii: ","))
        else { return }
        guard manner.recordLimit >= 512 << 10, header + end < FileWindow.chunk / 2 else { return }
        let long = FileWindow.chunk - header - end - 2
        let filler = [UInt8](repeating: UInt8(ascii: "a"), count: long) + [10]
        let file = MemoryFile(bytes[...header] + filler + bytes[(header + 1)...])
        switch read(file.path, shiftedBy: 1) {
        case .failure(let error): claim(false, "a row does not change what is said of the header: \(error)")
        case .success(var shifted):
            claim(shifted.bad == reading.bad + 1, "one more bad row: \(shifted.bad), \(reading.bad) before")
            shifted.bad -= 1
            shifted.problems.removeFirst()
            claim(shifted == reading, "the rest as before: \(shifted) \(reading)")
        }
    }
}
