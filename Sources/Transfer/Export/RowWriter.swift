import JSON
import Records

/// Rows as text in one of the formats. What is written here is read back by the importer as the same cells.
struct RowWriter {
    private let format: TransferFormat
    private let names: [String]
    private var rows = 0

    init(_ format: TransferFormat, columns names: [String]) {
        self.format = format
        self.names = names
    }

    func begin(_ bytes: inout [UInt8]) {
        switch format {
        case .csv:
            bytes.append(contentsOf: names.joined(separator: ",").utf8)
            bytes.append(lineFeed)
        case .json: bytes.append(contentsOf: "[".utf8)
        case .ndjson: break
        }
    }

    mutating func write(_ row: [Cell], _ bytes: inout [UInt8]) {
        switch format {
        case .csv: writeCSV(row, &bytes)
        case .json:
            bytes.append(contentsOf: (rows == 0 ? "\n" : ",\n").utf8)
            writeJSON(row, &bytes)
        case .ndjson:
            writeJSON(row, &bytes)
            bytes.append(lineFeed)
        }
        rows += 1
    }

    func end(_ bytes: inout [UInt8]) {
        if format == .json { bytes.append(contentsOf: (rows == 0 ? "]\n" : "\n]\n").utf8) }
    }

    // MARK: JSON

    /// Keys in the order of the table, which an object value would not keep.
    private func writeJSON(_ row: [Cell], _ bytes: inout [UInt8]) {
        for index in row.indices {
            bytes.append(contentsOf: (index == 0 ? "{" : ",").utf8)
            bytes.append(contentsOf: "\"\(names[index])\":".utf8)
            bytes.append(contentsOf: json(row[index]).text.utf8)
        }
        bytes.append(contentsOf: "}".utf8)
    }

    private func json(_ cell: Cell) -> JSON {
        switch cell {
        case .null: .null
        case .bool(let bool): .bool(bool)
        case .integer(let integer): .integer(integer)
        case .number(let number): .number(number)
        case .text(let text): .string(text)
        case .instant(let instant): .string(instant.shortestISO8601)
        case .json(let json): json
        case .texts(let texts): JSON(texts)
        case .integers(let integers): .array(integers.map(JSON.integer))
        }
    }

    // MARK: CSV

    private func writeCSV(_ row: [Cell], _ bytes: inout [UInt8]) {
        for index in row.indices {
            if index > 0 { bytes.append(comma) }
            switch row[index] {
            case .null: break
            case .bool(let bool): bytes.append(contentsOf: (bool ? "true" : "false").utf8)
            case .integer(let integer): bytes.append(contentsOf: String(integer).utf8)
            case .instant(let instant): bytes.append(contentsOf: instant.shortestISO8601.utf8)
            case .text(let text): RowWriter.append(field: text, to: &bytes)
            case .number(let number):
                // A number that JSON cannot express (not finite) is NULL in all formats.
                if number.isFinite { bytes.append(contentsOf: JSON.number(number).text.utf8) }
            case .json, .texts, .integers: RowWriter.append(field: json(row[index]).text, to: &bytes)
            }
        }
        // RFC 4180 ends lines with CRLF; every reader takes LF too, and line tools like awk take only that.
        bytes.append(lineFeed)
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte == comma || byte == quote || byte == lineFeed || byte == carriageReturn
    }

    /// Quoted where needed; the empty text always, because an empty field without quotes is NULL.
    private static func append(field: String, to bytes: inout [UInt8]) {
        guard field.isEmpty || field.utf8.contains(where: isSpecial) else {
            bytes.append(contentsOf: field.utf8)
            return
        }
        bytes.append(quote)
        for byte in field.utf8 {
            if byte == quote { bytes.append(quote) }
            bytes.append(byte)
        }
        bytes.append(quote)
    }
}

private let comma = UInt8(ascii: ",")
private let quote = UInt8(ascii: "\"")
private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
