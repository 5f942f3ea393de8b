import Records

/// The rows of a CSV file whose header has been accepted.
struct CSVRows: RowSource {
    private var reader: CSVReader
    private let columns: ImportColumns
    /// The table's column of each field.
    private let header: [ColumnDefinition]
    /// ``header`` as positions, and then those of the filled columns.
    private let positions: [Int]
    private let filled: Int

    var position: Int64 { reader.window.position }
    var size: Int64 { reader.window.size }

    /// Reads the header.
    ///
    /// - Throws: ``TransferError`` with all its problems when the header does not fit the table.
    init(_ window: FileWindow, _ columns: ImportColumns) throws(TransferError) {
        self.columns = columns
        reader = CSVReader(window)
        try reader.skipByteOrderMark()
        guard try reader.advance() else {
            let problem = ImportProblem(
                file: window.file, at: TextPlace(), "the file is empty; a header of column names was expected")
            throw .refused([problem], file: window.file)
        }
        var problems: [ImportProblem] = []
        var found: [Int] = []
        if let fault = reader.fault {
            problems.append(ImportProblem(file: window.file, at: reader.place(of: fault.offset), fault.message))
        } else {
            for field in reader.fields {
                do throws(CellFault) {
                    found.append(try reader.column(of: field, columns, after: found))
                } catch {
                    let place = reader.place(of: field.position + error.offset)
                    problems.append(ImportProblem(file: window.file, at: place, error.message))
                }
            }
        }
        let missing = columns.missing(from: found)
        if problems.isEmpty, !missing.isEmpty {
            let message = "the header lacks \(missing.joined(separator: ", ")), which every row needs"
            problems.append(ImportProblem(file: window.file, at: TextPlace(), message))
        }
        guard problems.isEmpty else { throw .refused(problems, file: window.file) }
        header = found.map { columns.table.columns[$0] }
        let additional = columns.filled(beside: found)
        positions = found + additional
        filled = additional.count
    }

    mutating func next() throws(TransferError) -> ImportEvent? {
        guard try reader.advance() else { return nil }
        if let fault = reader.fault { return .bad([problem(at: fault.offset, fault.message)]) }
        guard reader.fields.count == header.count else {
            let fields = reader.fields.count == 1 ? "1 field" : "\(reader.fields.count) fields"
            let hint = reader.isCutOff ? "; the file may have been cut off here" : ""
            let message = "\(fields) where the header has \(header.count)\(hint)"
            return .bad([ImportProblem(file: reader.window.file, at: reader.place(of: 0), message)])
        }
        var cells: [Cell] = []
        cells.reserveCapacity(positions.count)
        var problems: [ImportProblem] = []
        for index in header.indices {
            let field = reader.fields[index]
            let column = header[index]
            do throws(CellFault) {
                cells.append(try field.isNull ? columns.emptyField(column) : reader.cell(of: field, column.type))
            } catch {
                let message = reader.isCutOff ? error.message + "; the file may have been cut off here" : error.message
                problems.append(
                    ImportProblem(
                        file: reader.window.file, at: reader.place(of: field.position + error.offset),
                        name: column.name,
                        message))
            }
        }
        guard problems.isEmpty else { return .bad(problems) }
        for _ in 0..<filled { cells.append(.instant(columns.now)) }
        return .row(ImportRow(columns: positions, cells: cells, line: reader.line))
    }

    /// A problem with the form of a record, at a byte that belongs to the last field read or stands behind it.
    private func problem(at offset: Int, _ message: String) -> ImportProblem {
        let index = reader.fields.lastIndex { $0.position <= offset }
        let name = index.flatMap { $0 < header.count ? header[$0].name : nil }
        return ImportProblem(file: reader.window.file, at: reader.place(of: offset), name: name, message)
    }
}

extension CSVReader {
    /// The position of the table's column that a field of the header names.
    func column(of field: Field, _ columns: ImportColumns, after found: [Int]) throws(CellFault) -> Int {
        guard case .text(let name) = try cell(of: field, .text) else { return 0 }
        if let objection = columns.objection(to: name) {
            throw CellFault(message: "\(CellDecoder.shown(name)): \(objection)")
        }
        guard let position = columns.table.position(of: name), !found.contains(position) else {
            throw CellFault(message: "\(CellDecoder.shown(name)): the column stands twice in the header")
        }
        return position
    }

    /// The field in the type of its column; never NULL.
    func cell(of field: Field, _ type: ColumnType) throws(CellFault) -> Cell {
        let bytes = field.hasDoubledQuotes ? undoubled(field)[...] : window.bytes[field.start..<field.end]
        // Typed errors do not pass through the standard library's closures, and a generic detour is slow.
        let decoded = bytes.withUnsafeBufferPointer { buffer -> Result<Cell, CellFault> in
            do throws(CellFault) {
                return .success(try CellDecoder.cell(buffer, type))
            } catch {
                return .failure(error)
            }
        }
        return try decoded.get()
    }

    private func undoubled(_ field: Field) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(field.end - field.start)
        var skipsNext = false
        for byte in window.bytes[field.start..<field.end] {
            if skipsNext {
                skipsNext = false
                continue
            }
            skipsNext = byte == UInt8(ascii: "\"")
            bytes.append(byte)
        }
        return bytes
    }
}

extension TransferError {
    static func refused(_ problems: [ImportProblem], file: String) -> TransferError {
        var report = ImportReport()
        report.add(problems)
        return TransferError(.refused, file: file, "nothing was imported", report: report)
    }
}
