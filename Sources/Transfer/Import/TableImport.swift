public import Records
public import Time

/// Imports one file into one table, in the memory of a few hundred rows.
///
/// The file is read twice: first everything is checked, then everything is loaded in one transaction, so that the store
/// is never touched by a file that would be refused. Rows whose key is there already are updated in the columns that the
/// file has; a file without the key's columns (an `id` that the store makes) only adds rows.
public struct TableImport: Sendable {
    private let columns: ImportColumns
    private let file: String
    private let format: TransferFormat
    private let skipsBadRows: Bool
    /// Smaller in tests only.
    var recordLimit = FileWindow.usualRecordLimit

    /// - Parameters:
    ///   - format: `nil`: what the file's extension says.
    ///   - skipsBadRows: import the good rows of a file that has bad ones; a header that does not fit is refused anyway.
    ///   - now: stands in every row that lacks a key column whose default is the present, as `checked_at` of video
    ///     figures: one import is one snapshot.
    /// - Throws: ``TransferError`` with code `unknownFormat`.
    public init(
        _ file: String, into table: TableDefinition, format: TransferFormat? = nil,
        skippingBadRows skipsBadRows: Bool = false, now: Instant
    ) throws(TransferError) {
        self.file = file
        self.format = try TransferFormat.resolve(format, path: file)
        self.skipsBadRows = skipsBadRows
        columns = ImportColumns(table: table, now: now)
    }

    /// Checks the file and loads it.
    ///
    /// - Parameter progress: called every few hundred kilobytes, in the second phase from the store's own thread.
    /// - Throws: ``TransferError``; the store is then as it was. `CancellationError` likewise.
    public func run(
        into store: Store, progress: @escaping @Sendable (ImportProgress) -> Void = { _ in }
    ) async throws -> ImportReport {
        let checked = try check(progress: progress)
        guard checked.problemCount == 0 || skipsBadRows else {
            let rows = checked.skipped == 1 ? "1 bad row" : "\(checked.skipped) bad rows"
            let detail = "nothing was imported: \(rows) of \(checked.read)"
            throw TransferError(.refused, file: file, detail, report: checked)
        }
        let loading = Loading(ImportPass(try rows(), .loading))
        do {
            try await store.load { [self] in
                try loading.nextStatement(for: columns.table, isStrict: !skipsBadRows, progress: progress)
            }
        } catch let error as StoreError {
            throw TransferError(.store, file: file, loading.detail(of: error), cause: error)
        }
        return loading.report
    }

    /// Reads the whole file and reports what is wrong with it; ``ImportReport/imported`` stays 0.
    ///
    /// - Throws: ``TransferError`` when the file cannot be read or its header does not fit the table.
    public func check(progress: @Sendable (ImportProgress) -> Void = { _ in }) throws -> ImportReport {
        var pass = ImportPass(try rows(), .checking)
        while try pass.next() != nil {
            if let due = pass.takeProgress() {
                try Task.checkCancellation()
                progress(due)
            }
        }
        return pass.report
    }

    private func rows() throws(TransferError) -> any RowSource {
        let window = try FileWindow(path: file, recordLimit: recordLimit)
        switch format {
        case .csv: return try CSVRows(window, columns)
        case .json: return try JSONRows(window, .array, columns)
        case .ndjson: return try JSONRows(window, .lines, columns)
        }
    }
}
