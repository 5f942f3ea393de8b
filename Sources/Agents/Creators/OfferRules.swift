/// Recognises which offers a person is for, by the words of bio and posts (CR-05…CR-08).
struct OfferMatcher: Sendable {
    private let offers: [OfferProfile]
    private let keywords: KeywordIndex
    private let roles: KeywordIndex

    init(_ offers: [OfferProfile]) {
        self.offers = offers
        keywords = KeywordIndex(offers.map { KeywordList($0.name, $0.keywords) })
        roles = KeywordIndex(offers.map { KeywordList($0.name, $0.roles) })
    }

    /// CR-08, CR-17: the offers whose keywords occur in the texts as whole words, in the order of the settings.
    func matches(_ texts: [String]) -> [String] {
        let hits = texts.flatMap { keywords.hits(in: FoldedWords.split($0)) }
        let lists = Set(hits.map(\.list))
        return offers.indices.filter(lists.contains).map { offers[$0].name }
    }

    /// How many different words for roles of any offer occur in the texts.
    func roleCount(_ texts: [String]) -> Int {
        var found: Set<String> = []
        for text in texts {
            let words = FoldedWords.split(text)
            for hit in roles.hits(in: words) { found.insert(words[hit.words].joined(separator: " ")) }
        }
        return found.count
    }

    /// The offer that fits a person best: most keywords and roles, then the niche; `nil` when nothing speaks for one.
    func best(_ texts: [String], niche: String?) -> OfferProfile? {
        var counts = [Int](repeating: 0, count: offers.count)
        for text in texts {
            let words = FoldedWords.split(text)
            for hit in keywords.hits(in: words) + roles.hits(in: words) { counts[hit.list] += 2 }
        }
        for (index, offer) in offers.enumerated() where niche.map(offer.niches.contains) ?? false { counts[index] += 1 }
        guard let most = counts.max(), most > 0, let index = counts.firstIndex(of: most) else { return nil }
        return offers[index]
    }
}
