internal import JSON

/// Finds the JSON in what a model wrote.
enum AnswerText {
    /// So many opening braces are tried; a text that is no answer must not be read for every one of its braces.
    private static let triesMax = 20

    /// All of the text, or the first object in it that is whole: some models put it into a fence or a sentence.
    static func json(in text: String) -> JSON? {
        if let json = try? JSON(parsing: text) { return json }
        let bytes = Array(text.utf8)
        let braces = bytes.indices.lazy.filter { bytes[$0] == UInt8(ascii: "{") }
        for start in braces.prefix(triesMax) {
            guard let end = end(ofObjectAt: start, bytes) else { continue }
            if let json = try? JSON(parsing: String(decoding: bytes[start...end], as: UTF8.self)) { return json }
        }
        return nil
    }

    /// Where the object's closing brace is; `nil` when there is none. Braces in strings do not count.
    private static func end(ofObjectAt start: Int, _ bytes: [UInt8]) -> Int? {
        var depth = 0
        var (isInString, isEscaped) = (false, false)
        for index in start..<bytes.count {
            let byte = bytes[index]
            if isEscaped {
                isEscaped = false
            } else if isInString {
                isEscaped = byte == UInt8(ascii: "\\")
                isInString = byte != UInt8(ascii: "\"")
            } else if byte == UInt8(ascii: "\"") {
                isInString = true
            } else if byte == UInt8(ascii: "{") {
                depth += 1
            } else if byte == UInt8(ascii: "}") {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return nil
    }
}
