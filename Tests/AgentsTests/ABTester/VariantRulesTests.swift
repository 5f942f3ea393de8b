import Statistics
import Testing

@testable import Agents

@Suite struct VariantRulesTests {
    private let rules = VariantRules(ABTestSettings())

    @Test("two plain texts may be posted")
    func good() { #expect(rules.problems(question: "Ever tried it?", statement: "It saved nine hours.").isEmpty) }

    @Test(
        "what the browser service would cut, filter or misread is refused, with the reason",
        arguments: [
            (String(repeating: "a", count: 280) + "?", "281"), ("Will you CREATE one?", "\"create\""),
            ("@ada did you?", "@"), ("", "empty"), ("No question", "question mark"),
            // 141 emoji are 282 UTF-16 units.
            (String(repeating: "🚀", count: 141) + "?", "283"),
        ])
    func bad(_ question: String, _ hint: String) {
        let problems = rules.problems(question: question, statement: "It saved nine hours.")
        #expect(problems.contains { $0.contains(hint) }, "\(problems)")
    }

    @Test("whole words alone are filtered: a creator may be named, an update may not")
    func wholeWords() {
        #expect(rules.problems(question: "A creator's scripted update?", statement: "x").count == 1)
        #expect(rules.problems(question: "Same?", statement: "Same?").contains { $0.contains("same text") })
    }

    @Test("an address counts as 23, letters beyond Latin as two, as Twitter counts")
    func weight() {
        #expect(VariantRules.weight(of: "see https://example.com/a/very/long/address/that/goes/on/and/on") == 27)
        #expect(VariantRules.weight(of: "日本") == 4)
        #expect(VariantRules.weight(of: "plain") == 5)
    }

    @Test("the coin is fair, tosses text and order apart, and the same key tosses the same (K31, decisions a1)")
    func coin() {
        let coins = (0..<2_000).map { CoinToss(niche: "ai_automation", topic: "topic \($0)", day: "2026-03-02") }
        let swapped = coins.count(where: \.isSwapped)
        let aFirst = coins.count { $0.first == .a }
        let both = coins.count { $0.isSwapped && $0.first == .a }
        #expect((900...1_100).contains(swapped))
        #expect((900...1_100).contains(aFirst))
        #expect((420...580).contains(both))
        #expect(coins[7] == CoinToss(niche: "ai_automation", topic: "topic 7", day: "2026-03-02"))
        for coin in coins.prefix(20) {
            #expect(coin.hook(of: .a) == (coin.isSwapped ? .statement : .question))
            #expect(coin.hook(of: .b) == coin.hook(of: .a).other)
        }
    }

    @Test("a hook is the first sentence, and texts are compared without white space and short links")
    func texts() {
        #expect(TweetText.hook(of: "What if? Then that.") == "What if?")
        #expect(TweetText.hook(of: "Version 2.5 is out\nmore") == "Version 2.5 is out")
        #expect(TweetText.normalized(" a  b\nc https://t.co/x https://t.co/y") == "a b c")
    }
}
