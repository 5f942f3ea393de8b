import Statistics

/// The two kinds of hook under test (AB-01).
enum HookKind: String, CaseIterable, Hashable, Sendable {
    case question, statement

    var other: HookKind { self == .question ? .statement : .question }
}

/// What a text must be before it is posted: a browser service that cuts, filters or answers somebody would spoil the test.
struct VariantRules: Sendable {
    private let lengthMax: Int
    private let filtered: KeywordIndex

    init(_ settings: ABTestSettings) {
        lengthMax = settings.lengthMax
        filtered = KeywordIndex(settings.filteredWords)
    }

    /// What is wrong with both texts, in words that help to mend them; empty when they may be posted.
    func problems(question: String, statement: String) -> [String] {
        var problems = [(HookKind.question, question), (.statement, statement)].flatMap { kind, text in
            self.problems(of: text).map { "the \(kind.rawValue) variant \($0)" }
        }
        if !question.contains("?") { problems.append("the question variant asks nothing: it has no question mark") }
        if question == statement { problems.append("both variants have the same text") }
        return problems
    }

    private func problems(of text: String) -> [String] {
        var problems: [String] = []
        if text.allSatisfy(\.isWhitespace) { problems.append("is empty") }
        let length = max(text.utf16.count, VariantRules.weight(of: text))
        if length > lengthMax { problems.append("is \(length) units long; \(lengthMax) are allowed") }
        if text.hasPrefix("@") { problems.append("begins with @, which makes it an answer to somebody") }
        let words = FoldedWords.split(text)
        let hits = filtered.hits(in: words).map { words[$0.words].joined(separator: " ") }
        for word in Set(hits).sorted() {
            problems.append("has the word \"\(word)\", which the browser service replaces")
        }
        return problems
    }

    /// The length as Twitter counts it: an address is 23, what lies outside of Latin and common punctuation 2.
    static func weight(of text: String) -> Int {
        text.split(separator: " ", omittingEmptySubsequences: false).reduce(-1) { sum, word in
            if word.hasPrefix("https://") || word.hasPrefix("http://") { return sum + 24 }
            return word.unicodeScalars.reduce(sum + 1) { $0 + (isLight($1) ? 1 : 2) }
        }
    }

    private static func isLight(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...4_351, 8_192...8_205, 8_208...8_223, 8_242...8_247: true
        default: false
        }
    }
}

/// Which text goes by which way, and which goes first: tossed, so that neither way nor hour can pass for a hook
/// (K31, decisions a1).
struct CoinToss: Hashable, Sendable {
    /// What the coin was seeded with; the same key tosses the same.
    let key: String
    /// Whether the statement goes by the publishing API and the question by the browser.
    let isSwapped: Bool
    let first: Side

    /// - Parameter day: as `2026-03-02`.
    init(niche: String, topic: String, day: String) {
        key = "actpd/ab/1|\(niche)|\(topic)|\(day)"
        var coin = Xoshiro256(key: key)
        isSwapped = coin.uniform() < 0.5
        first = coin.uniform() < 0.5 ? .a : .b
    }

    /// The kind of hook that a side carries.
    func hook(of side: Side) -> HookKind { (side == .a) == isSwapped ? .statement : .question }
}

/// What two texts have in common for whoever compares what was posted with what a page shows.
enum TweetText {
    /// White space collapsed, trailing short links left out.
    static func normalized(_ text: String) -> String {
        var words = text.split(whereSeparator: \.isWhitespace)
        while let last = words.last, last.hasPrefix("https://t.co/") { words.removeLast() }
        return words.joined(separator: " ")
    }

    /// What a text opens with: its first sentence or line.
    static func hook(of text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).first.map { String($0) } ?? ""
        guard
            let end = line.indices.first(where: { index in
                guard ".?!".contains(line[index]) else { return false }
                let next = line.index(after: index)
                return next == line.endIndex || line[next].isWhitespace
            })
        else { return line }
        return String(line[...end])
    }
}
