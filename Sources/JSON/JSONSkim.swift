/// Where a value stands in a text that was not parsed yet; ``JSONDocument/node(at:)`` does it.
public struct JSONExtent: Hashable, Sendable {
    let start: Int
    let end: Int
}

/// Finding out where values end without looking what they are: strings and brackets only, a byte at a time.
extension JSONParser {
    /// The elements of the array at the position, which itself must be right.
    mutating func skimElements() throws(Failure) -> [JSONExtent] {
        var extents: [JSONExtent] = []
        position += 1
        skipSpace()
        if take(UInt8(ascii: "]")) { return extents }
        while true {
            let start = position
            switch current {
            case UInt8(ascii: "{"), UInt8(ascii: "["): try skim()
            default: _ = try value(depth: 2)
            }
            extents.append(JSONExtent(start: start, end: position))
            skipSpace()
            if take(UInt8(ascii: "]")) { return extents }
            guard take(UInt8(ascii: ",")) else { throw failure("',' or ']' was expected") }
            skipSpace()
        }
    }

    /// Passes over the object or array at the position.
    private mutating func skim() throws(Failure) {
        var depth = 0
        var isInText = false
        while position < bytes.count {
            let byte = bytes[position]
            position &+= 1
            if isInText {
                if byte == UInt8(ascii: "\"") { isInText = false }
                if byte == UInt8(ascii: "\\") { position &+= 1 }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth &+= 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth &-= 1
                if depth == 0 { return }
            default: break
            }
        }
        throw failure("a closing bracket was expected")
    }
}
