import JSON
import Records

/// The rows of a JSON array or of JSON lines: an object each, its keys the columns.
struct JSONRows: RowSource {
    private var reader: JSONReader
    private let columns: ImportColumns

    var position: Int64 { reader.window.position }
    var size: Int64 { reader.window.size }

    /// - Throws: ``TransferError`` when the file does not begin as it should.
    init(_ window: FileWindow, _ form: JSONReader.Form, _ columns: ImportColumns) throws(TransferError) {
        self.columns = columns
        do {
            reader = try JSONReader(window, form)
        } catch let fault as JSONReader.Fault {
            throw .refused([ImportProblem(file: window.file, at: fault.place, fault.message)], file: window.file)
        } catch {
            throw error as? TransferError ?? TransferError(.unreadable, file: window.file, "\(error)")
        }
    }

    mutating func next() throws(TransferError) -> ImportEvent? {
        do {
            guard let element = try reader.next() else { return nil }
            return event(element)
        } catch let fault as JSONReader.Fault {
            return .bad([ImportProblem(file: reader.window.file, at: fault.place, fault.message)])
        } catch {
            throw error as? TransferError ?? TransferError(.unreadable, file: reader.window.file, "\(error)")
        }
    }

    private func event(_ element: JSONReader.Element) -> ImportEvent {
        guard !element.bytes.isEmpty else {
            let message = "an object was expected before this comma or bracket"
            return .bad([ImportProblem(file: reader.window.file, at: element.place, message)])
        }
        let document: JSONDocument
        do {
            document = try JSONDocument(element.bytes)
        } catch {
            return .bad([syntaxProblem(error, in: element)])
        }
        func problem(at place: (line: Int, column: Int), name: String? = nil, _ message: String) -> ImportProblem {
            ImportProblem(file: reader.window.file, at: absolute(place, in: element), name: name, message)
        }
        guard case .object(let members) = document.root.content else {
            let found = document.root.value.kind
            return .bad([problem(at: document.place(of: document.root), "an object was expected, not \(found)")])
        }
        var problems: [ImportProblem] = []
        var positions: [Int] = []
        var cells: [Cell] = []
        for member in members {
            if let objection = columns.objection(to: member.key) {
                let message = "\(CellDecoder.shown(member.key)): \(objection)"
                problems.append(problem(at: document.place(of: member), message))
                continue
            }
            let position = columns.table.position(of: member.key) ?? 0
            positions.append(position)
            do {
                cells.append(try cell(member.node.value, columns.table.columns[position]))
            } catch {
                problems.append(problem(at: document.place(of: member.node), name: member.key, error.message))
            }
        }
        let missing = columns.missing(from: positions)
        if !missing.isEmpty {
            let message = "the object lacks \(missing.joined(separator: ", ")), which every row needs"
            problems.append(problem(at: document.place(of: document.root), message))
        }
        guard problems.isEmpty else { return .bad(problems) }
        return .row(row(positions, cells, line: element.place.line))
    }

    /// Puts the columns in the table's order, so that rows of equal columns look equal.
    private func row(_ positions: [Int], _ cells: [Cell], line: Int) -> ImportRow {
        let filled = columns.filled(beside: positions)
        var all = Array(zip(positions, cells)) + filled.map { ($0, Cell.instant(columns.now)) }
        all.sort { $0.0 < $1.0 }
        return ImportRow(columns: all.map(\.0), cells: all.map(\.1), line: line)
    }

    private func cell(_ json: JSON, _ column: ColumnDefinition) throws(CellFault) -> Cell {
        guard json == .null else { return try CellDecoder.cell(json, column.type) }
        // A jsonb column that cannot be NULL can still hold JSON's own null.
        if column.type == .jsonb, !column.isNullable { return .json(.null) }
        return try columns.empty(column)
    }

    private func syntaxProblem(_ error: JSONError, in element: JSONReader.Element) -> ImportProblem {
        let file = reader.window.file
        if let offset = UTF8Check.firstInvalid(in: element.bytes) {
            let place = element.place.advanced(over: element.bytes[..<offset])
            return ImportProblem(file: file, at: place, CellDecoder.notUTF8(element.bytes[offset]))
        }
        let hint = element.isCutOff ? "; the file may have been cut off here" : ""
        return ImportProblem(
            file: file, at: absolute((error.line, error.column), in: element), "not JSON: \(error.message)\(hint)")
    }

    /// A place within the element as a place within the file.
    private func absolute(_ place: (line: Int, column: Int), in element: JSONReader.Element) -> TextPlace {
        TextPlace(
            line: element.place.line + place.line - 1,
            column: place.line == 1 ? element.place.column + place.column - 1 : place.column)
    }
}
