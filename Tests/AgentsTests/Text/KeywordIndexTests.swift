import Testing

@testable import Agents

@Suite struct KeywordIndexTests {
    private let index = KeywordIndex([
        KeywordList("first", ["AI", "brand deal", "day in"]),
        KeywordList("second", ["deal", "video", "ai tools", "AI-tools"]),
    ])

    private func best(_ text: String) -> String? { index.best(of: index.hits(in: FoldedWords.split(text))) }

    @Test("only whole words count: ai is not in again (K49)")
    func wholeWords() {
        #expect(best("again and said") == nil)
        #expect(best("#ai, again") == "first")
    }

    @Test("keywords of several words match across punctuation, not across other words")
    func phrases() {
        #expect(best("A Day-in the life") == "first")
        #expect(best("brand new deal") == "second")
    }

    @Test("the most hits win")
    func mostHits() { #expect(best("AI video deal") == "second") }

    @Test("of equal counts the first list wins")
    func ties() {
        #expect(best("video about AI") == "first")
        #expect(best("brand deal") == "first")
    }

    @Test("a keyword written twice in other forms counts once")
    func duplicates() { #expect(index.hits(in: ["ai", "tools"]).count == 2) }

    @Test("nothing hits an empty text or an empty list")
    func empty() {
        #expect(best("") == nil)
        #expect(!KeywordIndex(["", "--"]).isHit(by: "-- a"))
    }
}
