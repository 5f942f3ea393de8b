public import Configuration

/// A named list of keywords, as a setting. The order of lists matters: the first of equals wins.
public struct KeywordList: Configurable, Hashable {
    public var name = ""
    /// Words or phrases of several words; case, width and punctuation do not count.
    public var keywords: [String] = []

    public init() {}

    public init(_ name: String, _ keywords: [String]) {
        self.name = name
        self.keywords = keywords
    }

    public static let fields: [Field<KeywordList>] = [
        Field("name", \.name, isRequired: true, "What a text with these keywords is filed under."),
        Field("keywords", \.keywords, isRequired: true, "Whole words or phrases, in any case."),
    ]
}

/// Keyword lists made ready for looking up: every keyword is folded once, and a word that begins none costs one lookup.
struct KeywordIndex: Sendable {
    /// A keyword found in a text: which list it belongs to and which words it covers.
    struct Hit: Hashable {
        let list: Int
        let words: Range<Int>
    }

    private struct Keyword {
        let list: Int
        let words: [String]
    }

    let names: [String]
    private let byFirstWord: [String: [Keyword]]

    init(_ lists: [KeywordList]) {
        names = lists.map(\.name)
        var index: [String: [Keyword]] = [:]
        for (number, list) in lists.enumerated() {
            // A keyword that is written twice, or differs only in case, still counts once.
            for words in Set(list.keywords.map(FoldedWords.split)) {
                guard let first = words.first else { continue }
                index[first, default: []].append(Keyword(list: number, words: words))
            }
        }
        byFirstWord = index
    }

    /// An index of one list, for questions of yes or no.
    init(_ keywords: [String]) { self.init([KeywordList("", keywords)]) }

    /// Every whole-word occurrence of every keyword, in the order of the text (K49).
    func hits(in words: [String]) -> [Hit] {
        var hits: [Hit] = []
        for (position, word) in words.enumerated() {
            guard let candidates = byFirstWord[word] else { continue }
            for keyword in candidates where words[position...].starts(with: keyword.words) {
                hits.append(Hit(list: keyword.list, words: position..<position + keyword.words.count))
            }
        }
        return hits
    }

    func isHit(by text: String) -> Bool { !hits(in: FoldedWords.split(text)).isEmpty }

    /// The list with the most hits, the earlier one of equals; `nil` without a hit (K49).
    func best(of hits: [Hit]) -> String? {
        guard !hits.isEmpty else { return nil }
        var counts = [Int](repeating: 0, count: names.count)
        for hit in hits { counts[hit.list] += 1 }
        guard let most = counts.max(), let list = counts.firstIndex(of: most) else { return nil }
        return names[list]
    }
}
