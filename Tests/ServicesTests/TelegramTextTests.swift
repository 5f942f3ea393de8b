import ActpTesting
import Services
import Statistics
import Testing

/// Splitting keeps every letter with its formatting, and makes only messages that Telegram takes.
struct TelegramTextTests {
    @Test("a short text is one message, unchanged", arguments: ["hello", "<b>a</b> &amp; <a href=\"x\">b</a>", " x\n"])
    func short(_ html: String) { #expect(TelegramText.messages(html) == [html]) }

    @Test("nothing to see is no message", arguments: ["", "  \n ", "<b></b>", "<b> </b>\n"])
    func empty(_ html: String) { #expect(TelegramText.messages(html) == []) }

    @Test("cut between lines, formatting closed and opened again")
    func lines() {
        let line = String(repeating: "x", count: 40)
        #expect(
            TelegramText.messages("<b>\(line)\n\(line)</b>", visibleMax: 64) == ["<b>\(line)</b>", "<b>\(line)</b>"])
    }

    @Test("cut between words where a line is too long, and between characters where a word is")
    func words() {
        let (a, b) = (String(repeating: "a", count: 40), String(repeating: "b", count: 40))
        #expect(TelegramText.messages("\(a) \(b)", visibleMax: 64) == [a, b])
        let word = String(repeating: "c", count: 100)
        #expect(TelegramText.messages(word, visibleMax: 64).map(\.count) == [64, 36])
    }

    @Test("an emoji counts two and is not cut, nor is a family of them")
    func emoji() {
        let messages = TelegramText.messages(String(repeating: "👨‍👩‍👧", count: 20), visibleMax: 64)
        #expect(messages.joined() == String(repeating: "👨‍👩‍👧", count: 20))
        #expect(messages.allSatisfy { $0.count == 8 || $0.count == 4 })
    }

    @Test("an entity is one character and stays whole")
    func entities() {
        let messages = TelegramText.messages(String(repeating: "&lt;", count: 100), visibleMax: 64)
        #expect(messages == [String(repeating: "&lt;", count: 64), String(repeating: "&lt;", count: 36)])
        #expect(TelegramText.plain("a&lt;b&#x1F600;&amp;&quot;&unknown;") == "a<b😀&\"&unknown;")
    }

    @Test("4,000 visible units fit one message, 4,001 do not, whatever the markup")
    func defaults() {
        #expect(TelegramText.messages("<b>" + String(repeating: "a", count: 4_000) + "</b>").count == 1)
        #expect(TelegramText.messages(String(repeating: "a", count: 4_001)).count == 2)
        #expect(TelegramText.messages(String(repeating: "&amp;", count: 1_600)).count == 1)
        #expect(TelegramText.messages(String(repeating: "&amp;", count: 1_601)).count == 2)
    }

    @Test(
        "what is no markup counts as text",
        arguments: ["a < b", "1 & 2", "<3", "a <", "&;", "</", "<>", "< b>", "&#xZZ;"])
    func stray(_ text: String) {
        #expect(TelegramText.messages(text) == [text])
        #expect(TelegramText.plain(text) == text)
    }

    @Test("escaped text is read as it was", arguments: ["<b>&amp;\"</b>", "1 < 2 > 0 & \"x\"", "&lt;", "👩‍🚀"])
    func escaping(_ text: String) throws {
        #expect(TelegramText.plain(TelegramText.escaped(text)) == text)
        #expect(try TelegramHTML.read(TelegramText.escaped(text)).map(\.text).joined() == text)
    }

    @Test("10,000 random letters with marks upon marks end, too")
    func zalgo() {
        let text = "e" + String(repeating: "\u{301}", count: 10_000)
        #expect(TelegramText.messages(text).map(\.unicodeScalars.count).reduce(0, +) == 10_001)
    }

    /// 500 random texts. A failure names its seed.
    @Test("every message is valid and within the limits, and together they say everything", arguments: 0..<20)
    func property(_ block: UInt64) throws {
        for seed in block * 25..<(block + 1) * 25 {
            var random = SplitMix64(seed: seed)
            let html = RandomHTML.text(&random)
            let visibleMax = Int.random(in: 64...400, using: &random)
            let bytesMax = Int.random(in: 600...1_500, using: &random)
            let messages = TelegramText.messages(html, visibleMax: visibleMax, bytesMax: bytesMax)
            let original = try TelegramHTML.read(html).filter { !$0.isBlank }
            var joined: [TelegramHTML.Character] = []
            for message in messages {
                let characters = try TelegramHTML.read(message)
                #expect(characters.reduce(0) { $0 + $1.text.utf16.count } <= visibleMax, "seed \(seed)")
                #expect(message.utf8.count <= bytesMax, "seed \(seed)")
                #expect(characters.contains { !$0.isBlank }, "seed \(seed)")
                joined += characters.filter { !$0.isBlank }
            }
            #expect(joined == original, "seed \(seed)")
            // By scalars: an accent behind a space makes one character of both.
            let plain = messages.map(TelegramText.plain).joined().unicodeScalars.filter { $0 != " " && $0 != "\n" }
            #expect(plain.elementsEqual(original.flatMap { $0.text.unicodeScalars }), "seed \(seed)")
        }
    }
}

extension TelegramHTML.Character {
    /// A line break or a space, which a cut may swallow.
    fileprivate var isBlank: Bool { text == " " || text == "\n" }
}

/// Texts as Telegram takes them: nested tags, entities, emoji, long words.
private enum RandomHTML {
    static func text(_ random: inout SplitMix64) -> String {
        (0..<Int.random(in: 1...12, using: &random)).map { _ in node(&random, inside: []) }.joined()
    }

    private static func node(_ random: inout SplitMix64, inside open: [String]) -> String {
        let isCode = open.contains("pre") || open.contains("code")
        guard open.count < 4, !isCode, Int.random(in: 0..<3, using: &random) == 0 else { return words(&random) }
        var tags = ["b", "i", "u", "s", "code", "pre", "tg-spoiler", "a href=\"https://e.org/?a=1&amp;b=2\""]
        if !open.contains("blockquote") { tags.append("blockquote") }
        guard let tag = tags.randomElement(using: &random) else { return "" }
        let name = String(tag.prefix { $0 != " " })
        let inside = (0..<Int.random(in: 0...4, using: &random)).map { _ in node(&random, inside: open + [name]) }
        return "<\(tag)>\(inside.joined())</\(name)>"
    }

    private static func words(_ random: inout SplitMix64) -> String {
        let letters = ["a", "é", "ß", "漢", "😀", "👨‍👩‍👧", "&lt;", "&amp;", "&#128512;", "e\u{301}", "\u{301}"]
        return (0..<Int.random(in: 0...12, using: &random)).map { _ in
            let length = Int.random(in: 0..<20, using: &random) == 0 ? 500 : Int.random(in: 1...12, using: &random)
            let word = (0..<length).compactMap { _ in letters.randomElement(using: &random) }.joined()
            return word + (Int.random(in: 0..<4, using: &random) == 0 ? "\n" : " ")
        }.joined()
    }
}
