/// Holds a message to its limits (OU-07): they are checked, not hoped for.
struct MessageCheck: Sendable {
    let platform: OutreachPlatform
    let lengthMax: Int
    /// Everything that the message may draw its facts from.
    let material: [String]

    /// What is wrong with a text that a model wrote, in words that help it to mend it.
    /// - Parameter cited: the words of the material that the message refers to.
    func problems(_ text: String, citing cited: String) -> [String] {
        var problems = form(text)
        let body = platform == .gmail ? MessageCheck.withoutSubject(text) : text
        let sentences = MessageCheck.sentences(body)
        if !(2...3).contains(sentences) { problems.append("it has \(sentences) sentences; write two or three") }
        if !body.trimmed.hasSuffix("?") { problems.append("it must end with a soft question") }
        problems += invented(text)
        problems += citation(cited, in: body)
        return problems
    }

    /// What is wrong with any text, a template's too: length, hashtag, placeholder, subject.
    func form(_ text: String) -> [String] {
        var problems: [String] = []
        if text.trimmed.isEmpty { problems.append("it is empty") }
        if text.count > lengthMax { problems.append("it has \(text.count) characters; \(lengthMax) are allowed") }
        if text.contains(/#[\p{L}\p{N}_]/) { problems.append("it has a hashtag") }
        if let placeholder = MessageCheck.placeholder(in: text) { problems.append("\(placeholder) is a placeholder") }
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control && $0 != "\n" }) {
            problems.append("it has a control character")
        }
        let hasSubject = text.hasPrefix("Subject: ")
        if platform == .gmail {
            let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            if !hasSubject || lines[0].dropFirst(9).trimmed.isEmpty || lines.count < 2 || lines[1].trimmed.isEmpty {
                problems.append("an e-mail begins with a line \"Subject: …\", and a text follows")
            }
        } else if hasSubject {
            problems.append("only e-mails have a subject")
        }
        return problems
    }

    /// Facts that can be checked mechanically: numbers, addresses and handles must stand in the material.
    private func invented(_ text: String) -> [String] {
        let known = material.joined(separator: "\n").lowercased()
        var problems: [String] = []
        for match in text.matches(of: /https?:\/\/\S+|www\.\S+|@[A-Za-z0-9_.]{2,}|[0-9][0-9.,]*[0-9]|[0-9]/) {
            let found = String(match.output).lowercased()
            if !known.contains(found) { problems.append("\(match.output) is not in the material; do not invent it") }
        }
        return problems
    }

    /// OU-07: the message cites the contact's own work: the quotation is theirs to the word, and the message speaks of it.
    private func citation(_ cited: String, in text: String) -> [String] {
        let quote = FoldedWords.split(cited)
        let isTheirs = material.contains { MessageCheck.contains(FoldedWords.split($0), quote) }
        guard quote.count >= 2, isTheirs else {
            return [
                "\"cites\" must be two or more words copied from the material; \"\(cited.clipped(to: 80))\" are not"
            ]
        }
        let words = Set(FoldedWords.split(text))
        return quote.contains { $0.count >= 4 && words.contains($0) }
            ? [] : ["the message does not speak of what it cites"]
    }

    private static func contains(_ words: [String], _ quote: [String]) -> Bool {
        guard !quote.isEmpty, words.count >= quote.count else { return false }
        return (0...words.count - quote.count).contains { words[$0...].starts(with: quote) }
    }

    private static func withoutSubject(_ text: String) -> String {
        text.hasPrefix("Subject: ") ? String(text.drop { $0 != "\n" }) : text
    }

    /// What a careless writer leaves to be filled in: `{name}`, `[company]`, `<niche>`, a row of crosses.
    private static func placeholder(in text: String) -> String? {
        let patterns = /\{[^}]*\}?|\[[A-Za-z][^\]]*\]|<[A-Za-z][^>]*>|\b[Xx]{3,}\b|\b(?:INSERT|YOUR NAME|NAME HERE)\b/
        return text.firstMatch(of: patterns).map { String($0.output) }
    }

    private static func sentences(_ text: String) -> Int {
        text.matches(of: /[.!?…]+(?=\s|$|["”’)])/).count
    }
}
