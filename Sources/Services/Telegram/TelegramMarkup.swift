/// The smallest pieces of Telegram's HTML: what may not be cut.
enum TelegramMarkup {
    struct Tag: Hashable {
        /// In lower case.
        let name: String
        /// As written, attributes included.
        let text: String

        var closing: String { "</\(name)>" }
    }

    enum Piece: Hashable {
        /// A character as a reader sees it.
        case character(String)
        case entity(String, meaning: String)
        case open(Tag)
        case close(name: String)

        var text: String {
            switch self {
            case .character(let text), .entity(let text, _): text
            case .open(let tag): tag.text
            case .close(let name): "</\(name)>"
            }
        }

        /// UTF-16 units that count towards the length of a message.
        var units: Int {
            switch self {
            case .character(let text): text.utf16.count
            case .entity(_, let meaning): meaning.utf16.count
            case .open, .close: 0
            }
        }

        var isBreak: Bool { self == .character("\n") || self == .character(" ") }

        /// Whether Telegram, which trims messages, sees something.
        var isVisible: Bool {
            switch self {
            case .character(let text), .entity(_, let text): !text.allSatisfy(\.isWhitespace)
            case .open, .close: false
            }
        }
    }

    static func pieces(of html: String) -> [Piece] {
        var pieces: [Piece] = []
        // By scalars: a combining mark behind "<" or ";" would hide it in a character.
        let scalars = html.unicodeScalars
        var position = scalars.startIndex
        var textStart = position
        func takeText(upTo end: String.Index) {
            for character in html[textStart..<end] {
                // "\r\n" is one character in Swift; a heap of combining marks can be longer than a message.
                if character.utf16.count > 32 || character == "\r\n" {
                    pieces += character.unicodeScalars.map { .character(String($0)) }
                } else {
                    pieces.append(.character(String(character)))
                }
            }
        }
        while position < scalars.endIndex {
            let scalar = scalars[position]
            guard scalar == "<" || scalar == "&",
                let (piece, end) = scalar == "<" ? tag(in: html, at: position) : entity(in: html, at: position)
            else {
                position = scalars.index(after: position)
                continue
            }
            takeText(upTo: position)
            pieces.append(piece)
            (position, textStart) = (end, end)
        }
        takeText(upTo: position)
        return pieces
    }

    private static func tag(in html: String, at start: String.Index) -> (Piece, String.Index)? {
        // A stray "<" must not search a whole book for its end, again and again.
        let scalars = html.unicodeScalars[start...].prefix(4_000)
        guard let close = scalars.firstIndex(of: ">") else { return nil }
        let inside = scalars[scalars.index(after: start)..<close]
        let isClosing = inside.first == "/"
        let name = String(inside.dropFirst(isClosing ? 1 : 0).prefix { $0.properties.isAlphabetic || $0 == "-" })
            .lowercased()
        guard name.unicodeScalars.first?.isASCII == true, name.first?.isLetter == true, !inside.contains("<") else {
            return nil
        }
        let end = scalars.index(after: close)
        if isClosing { return (.close(name: name), end) }
        return (.open(Tag(name: name, text: String(html.unicodeScalars[start..<end]))), end)
    }

    private static func entity(in html: String, at start: String.Index) -> (Piece, String.Index)? {
        let scalars = html.unicodeScalars[start...].prefix(12)
        guard let semicolon = scalars.firstIndex(of: ";") else { return nil }
        let end = scalars.index(after: semicolon)
        let text = String(html.unicodeScalars[start..<end])
        guard let meaning = meaning(of: text.dropFirst().dropLast()) else { return nil }
        return (.entity(text, meaning: meaning), end)
    }

    /// The Bot API knows four names, and all numbers.
    private static func meaning(of name: Substring) -> String? {
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        default:
            guard name.hasPrefix("#") else { return nil }
            let digits = name.dropFirst()
            let isHexadecimal = digits.first == "x" || digits.first == "X"
            let number = isHexadecimal ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            return number.flatMap(Unicode.Scalar.init).map { String($0) }
        }
    }
}
