/// A small table for people: columns padded to their widest cell.
public enum TextTable {
    public static func render(_ header: [String], _ rows: [[String]]) -> String {
        let lines = [header] + rows
        let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { cells in
            var line = ""
            for (column, cell) in cells.enumerated() {
                line += cell
                guard column + 1 < cells.count else { break }
                line += String(repeating: " ", count: widths[column] - cell.count + 2)
            }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}

extension String {
    /// The text on one line and at most so many characters long, for tables and messages.
    func clipped(to limit: Int) -> String {
        let line = split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.count <= limit ? line : line.prefix(limit - 1) + "…"
    }

    /// A number for people: thousands apart, no fraction.
    static func grouped(_ number: Double) -> String {
        guard number.isFinite, abs(number) < 1e15 else { return "\(number)" }
        let digits = String(Int64(abs(number).rounded()))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return number <= -0.5 ? "-" + text : text
    }

    static func grouped(_ number: Int) -> String { grouped(Double(number)) }

    /// A number of small size with two digits: `0.55`.
    static func hundredths(_ number: Double) -> String {
        guard number.isFinite, abs(number) < 1e9 else { return "\(number)" }
        let hundredths = Int((abs(number) * 100).rounded())
        let digits = hundredths % 100
        return "\(number < 0 && hundredths > 0 ? "-" : "")\(hundredths / 100).\(digits < 10 ? "0" : "")\(digits)"
    }

    /// A share as whole percent.
    static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
