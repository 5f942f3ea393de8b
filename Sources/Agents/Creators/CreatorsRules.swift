import Records
import Time

/// A creator as it will be stored, with what was decided about it.
struct JudgedCreator: Hashable, Sendable {
    let found: FoundCreator
    let offers: [String]
    /// 0…100
    let fit: Int
}

/// Decides what creators are worth and which hooks to remember. Knows no clock, no store, no service.
struct CreatorsRules: Sendable {
    private let settings: CreatorsSettings
    private let matcher: OfferMatcher

    init(_ settings: CreatorsSettings) {
        self.settings = settings
        matcher = OfferMatcher(settings.offers)
    }

    /// Judges the creators of one pull by bio and by the texts of their posts: only those that were looked at closely have
    /// a bio.
    func judge(_ findings: NicheFindings) -> [JudgedCreator] {
        var texts: [String: [String]] = [:]
        for post in findings.posts {
            if let author = post.author { texts[author.lowercased(), default: []].append(post.text) }
        }
        return findings.creators.map { creator in
            let own =
                [creator.bio, creator.topPostText].compactMap(\.self) + (texts[creator.handle.lowercased()] ?? [])
            return JudgedCreator(found: creator, offers: matcher.matches(own), fit: fit(creator, own))
        }
    }

    /// CR-08, K58: words for roles and the engagement's tier, 0…100.
    private func fit(_ creator: FoundCreator, _ texts: [String]) -> Int {
        let points = settings.fit
        let roles = matcher.roleCount(texts)
        let forRoles = roles == 0 ? 0 : min(points.firstRole + points.eachRole * (roles - 1), points.rolesMax)
        let engagement = creator.totalEngagement ?? 0
        let forEngagement =
            engagement >= Double(points.highEngagement)
            ? points.highPoints
            : engagement >= Double(points.someEngagement)
                ? points.somePoints : engagement > 0 ? points.littlePoints : 0
        return min(max(forRoles + forEngagement, 0), 100)
    }

    /// CR-10: strictly above.
    func isQualified(_ creator: JudgedCreator) -> Bool { creator.fit > settings.seedAboveFit }

    /// CR-11: the hooks of the most engaging posts, each once.
    func hooks(_ findings: NicheFindings) -> [String] {
        let texts =
            findings.posts.isEmpty ? findings.creators.compactMap(\.topPostText) : findings.posts.map(\.text)
        var hooks: [String] = []
        for text in texts where hooks.count < settings.hooksPerPull {
            if let hook = HookPattern.hook(of: text), !hooks.contains(hook) { hooks.append(hook) }
        }
        return hooks
    }

    /// The pair of the matrix whose last pull is the longest ago; a pair that was never pulled comes first (readings 23).
    static func stalest(_ pairs: [ResearchPair], pulled: [ResearchPair: Instant]) -> ResearchPair? {
        pairs.enumerated().min { a, b in
            let (first, second) = (pulled[a.element]?.microseconds ?? .min, pulled[b.element]?.microseconds ?? .min)
            return (first, a.offset) < (second, b.offset)
        }?.element
    }
}

/// A platform and a niche: what one pull is about (CR-04).
struct ResearchPair: Hashable, Sendable, CustomStringConvertible {
    let platform: String
    let niche: String

    var description: String { "\(platform)/\(niche)" }

    /// The matrix in the order of the platforms (CR-04, K56).
    static func matrix(_ settings: CreatorsSettings) -> [ResearchPair] {
        let known = Vocabulary.researchPlatforms
        let platforms = known + settings.matrix.keys.sorted().filter { !known.contains($0) }
        return platforms.flatMap { platform in
            (settings.matrix[platform] ?? []).map { ResearchPair(platform: platform, niche: $0) }
        }
    }

    /// The words that the service searches for: not our key.
    var phrase: String { niche.replacing("_", with: " ") }
}

/// The first sentence or clause of a post (CR-11).
enum HookPattern {
    private static let lengthMax = 120
    private static let wordsMin = 3

    /// `nil` when the beginning is too short to be a pattern, or nothing but addresses and tags.
    static func hook(of text: String) -> String? {
        let line = text.split(whereSeparator: \.isNewline).lazy.map { String($0).trimmed }.first { !$0.isEmpty } ?? ""
        let words = line.split(separator: " ").filter { word in
            !word.hasPrefix("http") && !word.hasPrefix("#") && !word.hasPrefix("@")
        }
        let plain = words.joined(separator: " ")
        var hook = until([".", "!", "?", "…"], in: plain)
        if hook.count > lengthMax { hook = until([",", ";", ":", "–", "—"], in: hook) }
        guard hook.split(separator: " ").count >= wordsMin else { return nil }
        return hook.clipped(to: lengthMax)
    }

    /// Up to the first of the marks that ends a word, the mark included where it says something.
    private static func until(_ marks: Set<Character>, in text: String) -> String {
        for index in text.indices where marks.contains(text[index]) {
            let next = text.index(after: index)
            guard next == text.endIndex || text[next] == " " || marks.contains(text[next]) else { continue }
            return "!?".contains(text[index]) ? String(text[...index]) : String(text[..<index])
        }
        return text
    }
}
