/// Reads Telegram's HTML as strictly as the Bot API describes it (Formatting options, HTML style): the measure for texts
/// that go there.
public enum TelegramHTML {
    public struct Failure: Error, Hashable {
        public let reason: String
    }

    /// A visible character and the tags around it, as written, from the outside in.
    public struct Character: Hashable, Sendable {
        public let text: String
        public let tags: [String]
    }

    private static let names: Set = [
        "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "tg-spoiler", "a", "tg-emoji", "code",
        "pre",
        "blockquote",
    ]

    /// - Throws: ``Failure`` for tags that are unknown, not closed or closed in another order, for nesting that is not
    ///   allowed, and for `<` and `&` that begin nothing.
    public static func read(_ html: String) throws(Failure) -> [Character] {
        var characters: [Character] = []
        var open: [(name: String, text: String)] = []
        var rest = html.unicodeScalars[...]
        while let scalar = rest.first {
            guard scalar == "<" || scalar == "&" else {
                characters.append(Character(text: String(scalar), tags: open.map(\.text)))
                rest.removeFirst()
                continue
            }
            guard let end = rest.firstIndex(of: scalar == "<" ? ">" : ";") else {
                throw Failure(reason: "'\(scalar)' without an end")
            }
            let inside = String(rest[rest.index(after: rest.startIndex)..<end])
            rest = rest[rest.index(after: end)...]
            if scalar == "&" {
                characters.append(Character(text: try entity(inside), tags: open.map(\.text)))
            } else if inside.hasPrefix("/") {
                guard open.last?.name == String(inside.dropFirst()) else {
                    throw Failure(reason: "unexpected end tag <\(inside)>")
                }
                open.removeLast()
            } else {
                let name = String(inside.prefix { $0 != " " })
                try check(name, inside: open.map(\.name))
                open.append((name, inside))
            }
        }
        guard open.isEmpty else { throw Failure(reason: "can't find end tag of <\(open[0].name)>") }
        return characters
    }

    private static func check(_ name: String, inside open: [String]) throws(Failure) {
        guard names.contains(name) else { throw Failure(reason: "unsupported start tag \"\(name)\"") }
        let isCodeInPre = name == "code" && open == ["pre"]
        if !isCodeInPre, open.contains("pre") || open.contains("code") {
            throw Failure(reason: "<\(name)> in preformatted text")
        }
        if name == "blockquote", open.contains("blockquote") { throw Failure(reason: "nested blockquote") }
    }

    private static func entity(_ name: String) throws(Failure) -> String {
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        default:
            let number =
                name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst(1))
            guard name.hasPrefix("#"), let scalar = number.flatMap(Unicode.Scalar.init) else {
                throw Failure(reason: "unknown entity &\(name);")
            }
            return String(scalar)
        }
    }
}
