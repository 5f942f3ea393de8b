/// Writing JSON: compact for rows and machines, indented for people.
extension JSON {
    /// One line, keys sorted. Numbers that JSON cannot express (not finite) become `null`.
    public var text: String {
        var writer = Writer(indented: false)
        writer.write(self, depth: 0)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Two spaces an indent, keys sorted, no newline at the end.
    public var indentedText: String {
        var writer = Writer(indented: true)
        writer.write(self, depth: 0)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

private struct Writer {
    var bytes: [UInt8] = []
    let indented: Bool

    init(indented: Bool) { self.indented = indented }

    mutating func write(_ value: JSON, depth: Int) {
        switch value {
        case .null: append("null")
        case .bool(let bool): append(bool ? "true" : "false")
        case .integer(let integer): append(String(integer))
        case .number(let number): append(number.isFinite ? shortest(number) : "null")
        case .string(let string): quote(string)
        case .array(let elements):
            list(elements, open: "[", close: "]", depth: depth) { $0.write($1, depth: depth + 1) }
        case .object(let members):
            list(members.sorted { $0.key < $1.key }, open: "{", close: "}", depth: depth) { writer, member in
                writer.quote(member.key)
                writer.append(writer.indented ? ": " : ":")
                writer.write(member.value, depth: depth + 1)
            }
        }
    }

    private mutating func list<Element>(
        _ elements: [Element], open: String, close: String, depth: Int, each: (inout Writer, Element) -> Void
    ) {
        append(open)
        for (index, element) in elements.enumerated() {
            if index > 0 { append(",") }
            newline(depth: depth + 1)
            each(&self, element)
        }
        if !elements.isEmpty { newline(depth: depth) }
        append(close)
    }

    private mutating func newline(depth: Int) {
        guard indented else { return }
        bytes.append(10)
        bytes.append(contentsOf: repeatElement(32, count: depth * 2))
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Whole numbers without the `.0` that Swift prints, all others in the shortest form that reads back the same.
    private func shortest(_ number: Double) -> String {
        if let whole = Int64(exactly: number), abs(number) < 1e15 { return String(whole) }
        return "\(number)"
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 10: append("\\n")
            case 13: append("\\r")
            case 9: append("\\t")
            case 0..<32, 127:
                append("\\u00")
                append(byte < 16 ? "0" : "")
                append(String(byte, radix: 16))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
