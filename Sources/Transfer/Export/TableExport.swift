import Glibc
public import Records
import Time

/// Exports one table, page by page: memory is that of one page.
///
/// Rows come in the order of the table's paging key, columns in the order of its definition. Columns that the database
/// computes are left out, so that what was exported can be imported.
public struct TableExport: Sendable {
    private let table: TableDefinition
    private let columns: [String]

    public init(_ table: TableDefinition) {
        self.table = table
        columns = table.columns.filter { !$0.isGenerated }.map(\.name)
    }

    /// Writes a file, which appears under its name only when it is complete; one that is there already stays as it was
    /// until then.
    ///
    /// - Parameters:
    ///   - format: `nil`: what the file's extension says.
    ///   - progress: the number of rows written so far, once for every page.
    /// - Returns: the number of rows.
    /// - Throws: ``TransferError``, `StoreError`, `CancellationError`.
    public func write(
        from store: Store, toFile path: String, format: TransferFormat? = nil, progress: (Int) -> Void = { _ in }
    ) async throws -> Int {
        let format = try TransferFormat.resolve(format, path: path)
        return try await write(from: store, to: try FileSink(path: path), format, progress)
    }

    /// Writes to an open descriptor, such as standard output, and leaves it open.
    ///
    /// - Returns: the number of rows.
    public func write(
        from store: Store, toDescriptor descriptor: Int32, format: TransferFormat
    ) async throws -> Int {
        let name = descriptor == STDOUT_FILENO ? "standard output" : "descriptor \(descriptor)"
        return try await write(from: store, to: FileSink(descriptor: descriptor, name: name), format) { _ in }
    }

    private func write(
        from store: Store, to sink: FileSink, _ format: TransferFormat, _ progress: (Int) -> Void
    ) async throws -> Int {
        var writer = RowWriter(format, columns: columns)
        var count = 0
        try sink.append { writer.begin(&$0) }
        try await store.eachPage(of: table, columns: columns) { rows in
            for row in rows { try sink.append { writer.write(row, &$0) } }
            count += rows.count
            progress(count)
        }
        try sink.append { writer.end(&$0) }
        try sink.finish()
        return count
    }
}

extension Instant {
    /// Whole seconds without a fraction, all others with six digits: exact either way.
    var shortestISO8601: String { microseconds.isMultiple(of: 1_000_000) ? iso8601 : iso8601Precise }
}
