/// A recursive-descent parser over bytes that somebody else keeps. Errors carry the byte offset; ``JSONDocument`` turns
/// it into line and column.
struct JSONParser {
    struct Failure: Error {
        let offset: Int
        let message: String
    }

    private static let maximumDepth = 128
    private static let fewKeys = 16

    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0
    /// The member of the root whose elements are left for later, and where they stand.
    var leaving: String?
    var left: [JSONExtent] = []

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        // A byte-order mark is no JSON, yet editors on other systems write one; it says nothing and is passed over.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    mutating func document() throws(Failure) -> JSONNode {
        skipSpace()
        let root = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else {
            throw failure("\(found) after the end of the value")
        }
        return root
    }

    /// The value that begins at the position, `depth` levels below the root.
    mutating func value(depth: Int) throws(Failure) -> JSONNode {
        guard depth < JSONParser.maximumDepth else {
            throw failure("nested deeper than \(JSONParser.maximumDepth) levels")
        }
        let start = position
        let content: JSONNode.Content
        switch current {
        case UInt8(ascii: "{"): content = .object(try members(depth: depth))
        case UInt8(ascii: "["): content = .array(try elements(depth: depth))
        case UInt8(ascii: "\""): content = .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): content = try number()
        case UInt8(ascii: "t"): content = try word("true", .bool(true))
        case UInt8(ascii: "f"): content = try word("false", .bool(false))
        case UInt8(ascii: "n"): content = try word("null", .null)
        default: throw failure("a value was expected, not \(found)")
        }
        return JSONNode(content: content, offset: start)
    }

    private mutating func members(depth: Int) throws(Failure) -> [JSONMember] {
        var members: [JSONMember] = []
        var seen: Set<String> = []
        members.reserveCapacity(JSONParser.fewKeys / 2)
        position += 1
        skipSpace()
        if take(UInt8(ascii: "}")) { return members }
        while true {
            let keyOffset = position
            guard current == UInt8(ascii: "\"") else {
                throw failure("a key in double quotes was expected, not \(found)")
            }
            let key = try string()
            // Few keys are compared faster than hashed.
            if members.count == JSONParser.fewKeys { seen.formUnion(members.map(\.key)) }
            let isNew =
                members.count < JSONParser.fewKeys
                ? !members.contains { $0.key == key } : seen.insert(key).inserted
            guard isNew else {
                throw Failure(offset: keyOffset, message: "the key \"\(key)\" stands twice in this object")
            }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw failure("':' was expected after the key, not \(found)") }
            skipSpace()
            let node: JSONNode
            if depth == 0, key == leaving, current == UInt8(ascii: "[") {
                let start = position
                left = try skimElements()
                node = JSONNode(content: .array([]), offset: start)
            } else {
                node = try value(depth: depth + 1)
            }
            members.append(JSONMember(key: key, node: node, keyOffset: keyOffset))
            skipSpace()
            if take(UInt8(ascii: "}")) { return members }
            guard take(UInt8(ascii: ",")) else { throw failure("',' or '}' was expected, not \(found)") }
            skipSpace()
        }
    }

    private mutating func elements(depth: Int) throws(Failure) -> [JSONNode] {
        var elements: [JSONNode] = []
        position += 1
        skipSpace()
        if take(UInt8(ascii: "]")) { return elements }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return elements }
            guard take(UInt8(ascii: ",")) else { throw failure("',' or ']' was expected, not \(found)") }
            skipSpace()
        }
    }

    private mutating func word(_ word: String, _ content: JSONNode.Content) throws(Failure) -> JSONNode.Content {
        guard bytes[position...].starts(with: word.utf8) else {
            throw failure("a value was expected, not \(found)")
        }
        position += word.utf8.count
        return content
    }

    private mutating func number() throws(Failure) -> JSONNode.Content {
        let start = position
        var isWhole = true
        _ = take(UInt8(ascii: "-"))
        let firstDigit = position
        try digits()
        if position - firstDigit > 1, bytes[firstDigit] == UInt8(ascii: "0") {
            throw Failure(offset: start, message: "a number may not begin with a zero")
        }
        if take(UInt8(ascii: ".")) {
            isWhole = false
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else {
            throw Failure(offset: start, message: "the number \(text) is too large")
        }
        return .number(number)
    }

    private mutating func digits() throws(Failure) {
        let start = position
        while current &- 48 < 10 { position += 1 }
        if position == start { throw failure("a digit was expected, not \(found)") }
    }

    private mutating func string() throws(Failure) -> String {
        let opening = position
        position += 1
        var start = position
        var unescaped: [UInt8]?
        /// All bytes together: whether one of them is not ASCII.
        var seen: UInt8 = 0
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                let tail = UnsafeBufferPointer(rebasing: bytes[start..<position])
                position += 1
                // Nearly all texts; the validation is many times as dear.
                if unescaped == nil, seen < 0x80 { return String(decoding: tail, as: UTF8.self) }
                guard let text = String(validating: (unescaped ?? []) + tail, as: UTF8.self) else {
                    throw Failure(offset: opening, message: "the text is not valid UTF-8")
                }
                return text
            case UInt8(ascii: "\\"):
                unescaped = (unescaped ?? []) + bytes[start..<position]
                unescaped?.append(contentsOf: String(try escape()).utf8)
                start = position
            case 0..<32:
                throw failure("a control character inside a text must be written as an escape (\\n, \\t, \\u….)")
            default:
                seen |= byte
                position += 1
            }
        }
        throw Failure(offset: opening, message: "the text that begins here has no closing quote")
    }

    private mutating func escape() throws(Failure) -> Character {
        position += 1
        let code = current
        position += 1
        switch code {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default:
            position -= 1
            throw failure("unknown escape; allowed are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX")
        }
    }

    /// Four hex digits, or two times four that form a surrogate pair.
    private mutating func unicodeEscape() throws(Failure) -> Character {
        let start = position - 2
        let first = try hexadecimal()
        var scalar = first
        if (0xD800..<0xDC00).contains(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
            let second = try hexadecimal()
            scalar = (0xDC00..<0xE000).contains(second) ? 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00) : first
        }
        guard let unicode = Unicode.Scalar(scalar) else {
            throw Failure(offset: start, message: "half of a surrogate pair is no character")
        }
        return Character(unicode)
    }

    private mutating func hexadecimal() throws(Failure) -> UInt32 {
        guard position + 4 <= bytes.count,
            let value = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw failure("\\u needs four hexadecimal digits") }
        position += 4
        return value
    }

    /// The byte at the position; at the end 0, which is no part of any JSON.
    var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

    mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    mutating func skipSpace() {
        while current == 32 || current == 10 || current == 13 || current == 9 { position += 1 }
    }

    /// What stands at the current position, in the words of an error message.
    private var found: String {
        guard position < bytes.count else { return "the end of the file" }
        let rest = String(decoding: bytes[position..<min(position + 4, bytes.count)], as: UTF8.self)
        return current < 32 ? "a control character" : "'\(rest.prefix(1))'"
    }

    func failure(_ message: String) -> Failure { Failure(offset: position, message: message) }
}
