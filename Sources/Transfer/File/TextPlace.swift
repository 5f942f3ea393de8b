/// A place in a text file, as an editor shows it.
struct TextPlace: Hashable, Sendable {
    /// 1-based.
    var line = 1
    /// 1-based, counted in characters.
    var column = 1

    /// Moves over bytes of the file.
    mutating func advance(over bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                // Continuation bytes of UTF-8 do not start a character.
                column += 1
            }
        }
    }

    func advanced(over bytes: some Sequence<UInt8>) -> TextPlace {
        var place = self
        place.advance(over: bytes)
        return place
    }
}

enum UTF8Check {
    /// The index of the first byte that is no part of well-formed UTF-8; `nil` when there is none.
    static func firstInvalid(in bytes: some Collection<UInt8>) -> Int? {
        var index = 0
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let scalar): index += scalar.count
            case .error: return index
            case .emptyInput: return nil
            }
        }
    }
}
