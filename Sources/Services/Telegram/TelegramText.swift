/// Telegram's HTML: splitting it into messages, and taking it out again.
///
/// The limits are of the Bot API (sendMessage, 4,096 characters after parsing), counted in UTF-16 as Telegram does, with a
/// reserve. What is no tag or entity by its form counts as text.
public enum TelegramText {
    /// UTF-16 units of text without markup in one message.
    public static let visibleMax = 4_000
    /// Bytes of a message with its markup.
    public static let bytesMax = 8_000

    /// The messages that together say what the text says: cut between lines where possible, else between words, else between
    /// characters; never within a tag or an entity. Formatting that a cut goes through is closed before and opened after it.
    /// The line break or space at a cut is dropped, and so are messages without anything to see, which Telegram refuses.
    ///
    /// - Parameters:
    ///   - visibleMax: at least 64, so that every character fits.
    ///   - bytesMax: kept except by a tag that is longer by itself.
    public static func messages(
        _ html: String, visibleMax: Int = visibleMax, bytesMax: Int = bytesMax
    ) -> [String] {
        let pieces = TelegramMarkup.pieces(of: html)
        var messages: [String] = []
        var start = 0
        var open: [TelegramMarkup.Tag] = []
        while start < pieces.count {
            var part = Part(reopening: open)
            let end = part.fill(from: pieces[start...], visibleMax: max(visibleMax, 64), bytesMax: bytesMax)
            let cut = end == pieces.count ? Part.Cut(index: end, next: end, open: part.open) : part.cut(before: end)
            let inside = pieces[start..<cut.index]
            if inside.contains(where: \.isVisible) {
                messages.append(
                    open.map(\.text).joined() + inside.map(\.text).joined()
                        + cut.open.reversed().map(\.closing).joined())
            }
            (start, open) = (cut.next, cut.open)
        }
        return messages
    }

    /// What a reader sees: no tags, entities as the characters they stand for.
    public static func plain(_ html: String) -> String {
        TelegramMarkup.pieces(of: html).map { piece in
            switch piece {
            case .character(let text): text
            case .entity(_, let meaning): meaning
            case .open, .close: ""
            }
        }.joined()
    }

    /// Escapes what Telegram's HTML mode reserves, for text and for attribute values.
    public static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}

/// One message as it grows.
private struct Part {
    /// Where a message ends and the next begins, and what is open there.
    struct Cut {
        let index: Int
        let next: Int
        let open: [TelegramMarkup.Tag]
    }

    private(set) var open: [TelegramMarkup.Tag]
    private var visible = 0
    private var bytes: Int
    private var hasContent = false
    private var lineEnd: Cut?
    private var wordEnd: Cut?

    init(reopening open: [TelegramMarkup.Tag]) {
        self.open = open
        bytes = open.reduce(0) { $0 + $1.text.utf8.count + $1.closing.utf8.count }
    }

    /// Takes pieces as long as they fit. Returns the index of the first that does not.
    mutating func fill(from pieces: ArraySlice<TelegramMarkup.Piece>, visibleMax: Int, bytesMax: Int) -> Int {
        for (index, piece) in zip(pieces.indices, pieces) {
            var size = piece.text.utf8.count
            if case .open(let tag) = piece { size += tag.closing.utf8.count }
            // Closing tags have their room reserved; the first piece goes in whatever its size, or nothing ever would.
            var isClosing = false
            if case .close(let name) = piece, open.last?.name == name { isClosing = true }
            let isTooMuch = visible + piece.units > visibleMax || bytes + size > bytesMax
            if isTooMuch && !isClosing && hasContent { return index }
            if piece.isBreak && hasContent {
                let cut = Cut(index: index, next: index + 1, open: open)
                if piece.text == "\n" { lineEnd = cut } else { wordEnd = cut }
            }
            switch piece {
            case .open(let tag): open.append(tag)
            case .close where isClosing: open.removeLast()
            default: break
            }
            visible += piece.units
            bytes += isClosing ? 0 : size
            hasContent = hasContent || piece.isVisible
        }
        return pieces.endIndex
    }

    func cut(before end: Int) -> Cut { lineEnd ?? wordEnd ?? Cut(index: end, next: end, open: open) }
}
