import JSON
import Records

extension InsertStatement {
    /// The same rows in statements whose bodies are about so long, at most; a single longer row stands alone.
    func parts(bytesMax: Int) -> [InsertStatement] {
        var parts: [InsertStatement] = []
        var start = rows.startIndex
        var bytes = 0
        for (index, row) in rows.enumerated() {
            let length = row.reduce(columns.count * 16) { $0 + $1.roughBytes }
            if bytes + length > bytesMax, index > start {
                parts.append(part(start..<index))
                (start, bytes) = (index, 0)
            }
            bytes += length
        }
        if start < rows.endIndex { parts.append(part(start..<rows.endIndex)) }
        return parts
    }

    private func part(_ range: Range<Int>) -> InsertStatement {
        InsertStatement(table: table, columns: columns, rows: Array(rows[range]), conflict: conflict)
    }
}

extension Cell {
    /// The length of the value in a body.
    fileprivate var roughBytes: Int {
        switch self {
        case .null, .bool: 5
        case .integer, .number: 12
        case .instant: 30
        case .text(let text): text.utf8.count + 2
        case .json(let json): json.text.utf8.count
        case .texts(let texts): texts.reduce(2) { $0 + $1.utf8.count + 3 }
        case .integers(let integers): integers.count * 8
        }
    }
}
