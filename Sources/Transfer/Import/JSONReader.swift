/// Cuts a JSON array or a file of JSON lines into its elements without parsing them: memory is that of one element.
struct JSONReader {
    enum Form { case array, lines }

    struct Element {
        let bytes: [UInt8]
        /// Where it begins.
        let place: TextPlace
        /// True when the file ends with it, though it should not.
        let isCutOff: Bool
    }

    /// What makes the rest of the file unreadable.
    struct Fault: Error {
        let place: TextPlace
        let message: String
    }

    let window: FileWindow
    private let form: Form
    private var place = TextPlace()
    private var isFinished = false
    /// True behind a comma, where another element must follow.
    private var owesElement = false

    /// Reads what stands before the first element.
    init(_ window: FileWindow, _ form: Form) throws {
        self.window = window
        self.form = form
        while window.end < 3, try window.readMore() {}
        if window.bytes.prefix(window.end).starts(with: [0xEF, 0xBB, 0xBF]) { window.start = 3 }
        guard form == .array else { return }
        switch try peek() {
        case UInt8(ascii: "[")?: consume(1)
        case nil: throw Fault(place: place, message: "the file is empty; a JSON array of objects was expected")
        case UInt8(ascii: "{")?:
            let message = "a JSON array of objects was expected, not '{'; one object a line is the format ndjson"
            throw Fault(place: place, message: message)
        case let byte?:
            throw Fault(place: place, message: "a JSON array of objects was expected, not \(JSONReader.shown(byte))")
        }
    }

    /// The next element; `nil` at the end. After a ``Fault`` there is none.
    mutating func next() throws -> Element? {
        guard !isFinished else { return nil }
        do {
            return form == .array ? try nextOfArray() : try nextLine()
        } catch {
            isFinished = true
            throw error
        }
    }

    private mutating func nextLine() throws -> Element? {
        guard try peek() != nil else { return nil }
        let (length, isClosed) = try measure { bytes, _ in
            bytes.firstIndex(of: UInt8(ascii: "\n"))
        }
        let start = place
        let bytes = take(length)
        return Element(bytes: bytes, place: start, isCutOff: !isClosed)
    }

    private mutating func nextOfArray() throws -> Element? {
        let first = try peek()
        if first == UInt8(ascii: "]"), !owesElement {
            consume(1)
            isFinished = true
            if let byte = try peek() {
                throw Fault(place: place, message: "\(JSONReader.shown(byte)) after the end of the array")
            }
            return nil
        }
        guard first != nil else {
            throw Fault(place: place, message: "the file ends inside the array; it was cut off")
        }
        let start = place
        var scanner = ElementScanner()
        let (length, isClosed) = try measure { bytes, from in scanner.end(in: bytes, from: from) }
        let bytes = take(length)
        guard isClosed else {
            isFinished = true
            return Element(bytes: bytes, place: start, isCutOff: true)
        }
        owesElement = window.bytes[window.start] == UInt8(ascii: ",")
        if owesElement { consume(1) }
        return Element(bytes: bytes, place: start, isCutOff: false)
    }

    /// How long the element at hand is, and whether its end was seen before the file's.
    ///
    /// `find` gets the bytes and the index up to which it has seen them before.
    private mutating func measure(
        _ find: (ArraySlice<UInt8>, Int) -> Int?
    ) throws -> (length: Int, isClosed: Bool) {
        var seen = 0
        while true {
            let bytes = window.bytes[window.start..<window.end]
            if let end = find(bytes, window.start + seen) { return (end - window.start, true) }
            seen = bytes.count
            if window.isFull {
                let limit = "\(window.recordLimit >> 20) MB"
                let message = "the row is longer than \(limit); the rest of the file was not read"
                throw Fault(place: place, message: message)
            }
            if try !window.readMore(), window.isAtEnd { return (window.end - window.start, false) }
        }
    }

    /// The next byte that is no white space.
    private mutating func peek() throws -> UInt8? {
        while true {
            while window.start < window.end {
                let byte = window.bytes[window.start]
                guard byte == 32 || byte == 10 || byte == 13 || byte == 9 else { return byte }
                consume(1)
            }
            if try !window.readMore(), window.isAtEnd { return nil }
        }
    }

    private mutating func take(_ count: Int) -> [UInt8] {
        let bytes = Array(window.bytes[window.start..<window.start + count])
        consume(count)
        return bytes
    }

    private mutating func consume(_ count: Int) {
        place.advance(over: window.bytes[window.start..<window.start + count])
        window.start += count
    }

    private static func shown(_ byte: UInt8) -> String {
        (33...126).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "the byte \(byte)"
    }
}

/// Finds the comma or bracket behind an element of an array, minding texts and nesting.
private struct ElementScanner {
    private var depth = 0
    private var isInText = false
    private var isEscaped = false

    mutating func end(in bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
        bytes.withUnsafeBufferPointer { buffer in
            for index in (start - bytes.startIndex)..<buffer.count where isEnd(buffer[index]) {
                return index + bytes.startIndex
            }
            return nil
        }
    }

    private mutating func isEnd(_ byte: UInt8) -> Bool {
        if isInText {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInText = false
            }
            return false
        }
        switch byte {
        case UInt8(ascii: "\""): isInText = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"): depth -= 1
        case UInt8(ascii: "]"):
            if depth <= 0 { return true }
            depth -= 1
        case UInt8(ascii: ","): return depth <= 0
        default: break
        }
        return false
    }
}
