/// Recognises that somebody does not want to be written to (K22, readings 3). When in doubt it blocks.
struct OptOut: Sendable {
    /// What a remark in `do_not_do` forbids.
    enum Forbidden: Hashable, Sendable {
        case nothing, email, everything
    }

    private let stopWords: KeywordIndex
    private let messaging: KeywordIndex
    private let email: KeywordIndex

    init(_ words: OptOutWords) {
        stopWords = KeywordIndex(words.stopWords)
        messaging = KeywordIndex(words.messaging)
        email = KeywordIndex(words.email)
    }

    /// Whether a contact's latest message asks us to stop.
    func isStop(_ message: String) -> Bool { stopWords.isHit(by: message) }

    /// What `do_not_do` forbids. It speaks of many things, such as what not to mention; of fewer than two words nobody can
    /// say what they mean, so they forbid everything.
    func forbidden(by remark: String?) -> Forbidden {
        guard let remark, !remark.trimmed.isEmpty else { return .nothing }
        let words = FoldedWords.split(remark)
        let isEmail = !email.hits(in: words).isEmpty
        if !messaging.hits(in: words).isEmpty || !stopWords.hits(in: words).isEmpty { return .everything }
        if isEmail { return .email }
        return words.count < 2 ? .everything : .nothing
    }
}
