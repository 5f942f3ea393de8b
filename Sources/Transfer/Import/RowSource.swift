import Records
import Suggestion
import Time

/// A row of a file in the types of its table, ready to be written.
struct ImportRow {
    /// Positions in the table's columns, one for each cell.
    let columns: [Int]
    let cells: [Cell]
    let line: Int
}

/// What a file holds next.
enum ImportEvent {
    case row(ImportRow)
    /// A row that cannot be imported, with everything that is wrong with it.
    case bad([ImportProblem])
}

/// Reads a file as rows of a table, one after the other.
protocol RowSource {
    /// `nil` at the end.
    mutating func next() throws(TransferError) -> ImportEvent?
    /// Bytes of the file that were read so far.
    var position: Int64 { get }
    /// The file's size.
    var size: Int64 { get }
}

/// Which names a file of a table may use, and what a row takes that lacks one.
struct ImportColumns {
    let table: TableDefinition
    /// The instant that stands for "now" in all rows of one import.
    let now: Instant

    /// What is wrong with a column of that name in a file; `nil` when nothing is.
    func objection(to name: String) -> String? {
        guard let column = table.column(named: name) else {
            let names = table.columns.filter { !$0.isGenerated }.map(\.name)
            let hint = name.nearest(in: names).map { "did you mean \($0)? " } ?? ""
            return "no column of \(table.name); \(hint)allowed are \(names.joined(separator: ", "))"
        }
        guard case .generated(let expression) = column.default else { return nil }
        return "the database computes this column itself, as \(expression); leave it out"
    }

    /// The columns that every row must bring and that are not among these.
    func missing(from positions: some Collection<Int>) -> [String] {
        table.columns.indices.filter { table.columns[$0].isRequired && !positions.contains($0) }
            .map { table.columns[$0].name }
    }

    /// The columns of the key that default to "now" and that a row lacks.
    ///
    /// They are filled in here and not by the store, so that all rows of one import carry the same instant: one import of
    /// video figures is one snapshot. Every other default is left to the store, which applies it to new rows only.
    func filled(beside positions: some Collection<Int>) -> [Int] {
        table.key.compactMap { table.position(of: $0) }
            .filter { table.columns[$0].default == .now && !positions.contains($0) }
    }

    /// What an empty field of a CSV file means: NULL, but the empty text in a text column that has no NULL. Such texts are
    /// written without quotes by most programs, and no other reading is possible. Keys are never empty.
    func emptyField(_ column: ColumnDefinition) throws(CellFault) -> Cell {
        let isText = column.type == .text && column.isRequired && !table.key.contains(column.name)
        return try isText ? .text("") : empty(column)
    }

    /// What stands in a column that the file leaves empty.
    ///
    /// - Throws: ``CellFault`` where the column needs a value.
    func empty(_ column: ColumnDefinition) throws(CellFault) -> Cell {
        // A snapshot without its instant would be no snapshot, and no key.
        if column.default == .now, table.key.contains(column.name) { return .instant(now) }
        guard column.isNullable else {
            let hint = column.default == nil ? "" : "; leave the column out where its default will do"
            throw CellFault(message: "a value was expected, not NULL\(hint)")
        }
        return .null
    }
}
