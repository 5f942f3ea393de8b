import Records
import Synchronization

/// One reading of a file, with the count of what was found.
struct ImportPass {
    /// A statement takes no more of the file than this, so that long rows do not gather in memory.
    private static let statementBytes: Int64 = 4 << 20
    private static let progressStep: Int64 = 1 << 20

    private(set) var report = ImportReport()
    /// The lines of the statement handed out last.
    private(set) var lines: ClosedRange<Int>?
    private var source: any RowSource
    private let phase: ImportProgress.Phase
    private var progressAt: Int64 = 0
    /// Read already, but of other columns than the rows before it.
    private var held: ImportRow?

    init(_ source: any RowSource, _ phase: ImportProgress.Phase) {
        self.source = source
        self.phase = phase
    }

    mutating func next() throws(TransferError) -> ImportEvent? {
        guard let event = try source.next() else { return nil }
        report.read += 1
        if case .bad(let problems) = event {
            report.skipped += 1
            report.add(problems)
        }
        return event
    }

    /// How far the reading is, once for every megabyte.
    mutating func takeProgress() -> ImportProgress? {
        guard source.position >= progressAt else { return nil }
        progressAt = source.position + ImportPass.progressStep
        return ImportProgress(
            phase: phase, bytesDone: source.position, bytesTotal: source.size, rows: report.read)
    }

    /// The next rows of equal columns, at most a page. Of rows with one key only the last is kept: PostgreSQL refuses a
    /// statement that would touch a row twice.
    ///
    /// - Throws: ``TransferError`` with code `changed` at a bad row when there should be none.
    mutating func nextStatement(for table: TableDefinition, isStrict: Bool) throws -> InsertStatement? {
        guard let first = try nextRow(isStrict: isStrict) else { return nil }
        let key = table.key.compactMap { table.position(of: $0) }.compactMap { first.columns.firstIndex(of: $0) }
        let hasKey = key.count == table.key.count
        var rows: [[Cell]] = []
        var positions: [[Cell]: Int] = [:]
        var row = first
        let start = source.position
        while true {
            report.imported += 1
            lines = first.line...row.line
            if hasKey, let position = positions.updateValue(rows.count, forKey: key.map { row.cells[$0] }) {
                positions[key.map { row.cells[$0] }] = position
                rows[position] = row.cells
            } else {
                rows.append(row.cells)
            }
            guard rows.count < Store.pageSize, source.position - start < ImportPass.statementBytes,
                let following = try nextRow(isStrict: isStrict)
            else { break }
            guard following.columns == first.columns else {
                held = following
                break
            }
            row = following
        }
        return InsertStatement(
            table: table, columns: first.columns.map { table.columns[$0].name }, rows: rows,
            conflict: hasKey ? .update : .fail)
    }

    /// The next good row.
    private mutating func nextRow(isStrict: Bool) throws -> ImportRow? {
        if let row = held {
            held = nil
            return row
        }
        while let event = try next() {
            switch event {
            case .row(let row): return row
            case .bad(let problems):
                guard isStrict, let problem = problems.first else { continue }
                throw TransferError(
                    .changed, file: problem.file, "nothing was imported: the file changed meanwhile: \(problem)")
            }
        }
        return nil
    }
}

/// The second reading, handed from the importing task to the store's thread. A lock, not an actor: the store pulls
/// without waiting.
final class Loading: Sendable {
    private let pass: Mutex<ImportPass>

    init(_ pass: sending ImportPass) { self.pass = Mutex(pass) }

    var report: ImportReport { pass.withLock { $0.report } }

    func nextStatement(
        for table: TableDefinition, isStrict: Bool, progress: @Sendable (ImportProgress) -> Void
    ) throws -> InsertStatement? {
        let (statement, due) = try pass.withLock { pass in
            (try pass.nextStatement(for: table, isStrict: isStrict), pass.takeProgress())
        }
        if let due { progress(due) }
        return statement
    }

    /// What the store did not take. It refuses a statement as a whole, so the place is a range of lines.
    func detail(of error: StoreError) -> String {
        let place = pass.withLock { $0.lines }.map {
            $0.count == 1 ? " at line \($0.lowerBound)" : " between line \($0.lowerBound) and line \($0.upperBound)"
        }
        return "nothing was imported: the store refused a row\(place ?? ""): \(error)"
    }
}
