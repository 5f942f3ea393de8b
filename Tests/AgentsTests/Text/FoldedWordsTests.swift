import Testing

@testable import Agents

@Suite struct FoldedWordsTests {
    static let cases: [(String, [String])] = [
        ("GPT-4 vs. Claude", ["gpt", "4", "vs", "claude"]),
        ("day_in-the/life", ["day", "in", "the", "life"]),
        ("#AI @openai n8n", ["ai", "openai", "n8n"]),
        ("ＡＩ　ｔｏｏｌｓ", ["ai", "tools"]),
        ("𝗔𝗜 𝑎𝑔𝑒𝑛𝑡 𝟚𝟘", ["ai", "agent", "20"]),
        ("Ⓐⓘ", ["ai"]),
        ("ÉCOLE Straße", ["école", "straße"]),
        ("AI🔥tools ❤️ day", ["ai", "tools", "day"]),
        ("Rubik's", ["rubik", "s"]),
        ("co\u{AD}operate", ["cooperate"]),
        ("нейросеть ИИ", ["нейросеть", "ии"]),
        ("", []), ("!!! …", []),
    ]

    @Test("case and width are folded, all but letters and digits separates words (K49)", arguments: cases)
    func words(_ text: String, _ words: [String]) { #expect(FoldedWords.split(text) == words) }

    @Test("decomposed and composed letters are the same word")
    func canonical() { #expect(FoldedWords.split("cafe\u{301}") == FoldedWords.split("caf\u{E9}")) }

    static let entities: [(String, String)] = [
        ("Rubik&#39;s &amp; &quot;Co&quot;", "Rubik's & \"Co\""), ("&lt;b&gt; &#x41;&#X42;", "<b> AB"),
        ("AT&T & more;", "AT&T & more;"), ("&amp;#39;", "&#39;"),
        ("&unknown; &#xZZ; &#99999999;", "&unknown; &#xZZ; &#99999999;"),
        ("&", "&"), ("&;", "&;"), ("&#1114111;", "\u{10FFFF}"), ("&#55296;", "&#55296;"),
    ]

    @Test("HTML entities are decoded once, everything else stays", arguments: entities)
    func decoded(_ text: String, _ expected: String) { #expect(HTMLEntities.decode(text) == expected) }

    @Test("numbers for people")
    func grouped() {
        #expect(String.grouped(0) == "0")
        #expect(String.grouped(999) == "999")
        #expect(String.grouped(1_000) == "1,000")
        #expect(String.grouped(-1_234_567.5) == "-1,234,568")
        #expect(String.grouped(Double.infinity) == "inf")
        #expect(String.percent(0.0758) == "8 %")
    }

    @Test("clipping keeps a text on one line and within its limit")
    func clipped() {
        #expect("a\nb\r\nc".clipped(to: 10) == "a b c")
        #expect("abcdef".clipped(to: 4) == "abc…")
    }

    @Test("a top list keeps the best, whatever their order of arrival")
    func topList() {
        for order in [[1, 5, 3, 4, 2], [5, 4, 3, 2, 1], [1, 2, 3, 4, 5]] {
            var top = TopList<Int>(3, by: >)
            for number in order { top.insert(number) }
            #expect(top.elements == [5, 4, 3])
        }
        var none = TopList<Int>(0, by: >)
        none.insert(1)
        #expect(none.elements.isEmpty)
    }
}
