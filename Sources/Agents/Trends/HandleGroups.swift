import Time

/// How an association was found, from the surest to the least sure (TR-04, K54).
enum MatchKind: String, Sendable {
    /// The same squished handle in research data.
    case handle = "handle_match"
    /// The same squished handle in a CRM row.
    case crm = "crm_match"
    /// A near-equal long handle or the same display name.
    case fuzzy = "fuzzy_match"
}

/// A handle seen on a platform, and what is known about it there.
struct Sighting: Hashable, Sendable {
    let platform: String
    var handle: String
    let displayName: String?
    var profileURL: String?
    var followers: Int?
    var firstSeen: Instant?
    var lastActive: Instant?
    /// Scraped posts; 0 for a handle known from the CRM or the creators' list alone.
    var posts = 0
    var isInCRM = false
    var isInResearch = false

    /// Takes over what another sighting of the same handle knows: the extremes in time, the later other figures.
    mutating func merge(_ other: Sighting) {
        firstSeen = [firstSeen, other.firstSeen].compactMap(\.self).min()
        lastActive = [lastActive, other.lastActive].compactMap(\.self).max()
        followers = other.followers ?? followers
        profileURL = profileURL ?? other.profileURL
        posts += other.posts
        isInCRM = isInCRM || other.isInCRM
        isInResearch = isInResearch || other.isInResearch
    }

    func named(_ handle: String) -> Sighting {
        var sighting = self
        sighting.handle = handle
        return sighting
    }
}

/// A platform on which a contact is seen, and how that was found.
struct Link: Hashable, Sendable {
    let sighting: Sighting
    let kind: MatchKind

    var platform: String { sighting.platform }
}

/// Finds the platforms on which the contacts are seen (TR-01…TR-03).
///
/// First ``addContact(_:)`` for all contacts, once ``matchContacts()``, ``addResearch(_:)`` for all research rows, then
/// ``links(of:)``. Memory grows with the contacts' handles and names, not with the research.
struct HandleGroups {
    /// What one platform says about a near handle or a name; two different handles there, and nothing follows.
    private enum Guess {
        case one(String, Sighting)
        case ambiguous
    }

    private struct Group {
        var exact: [String: Sighting] = [:]
        var near: [String: Guess] = [:]
    }

    private let settings: TrendsSettings
    private var groups: [String: Group] = [:]
    private var names: [String: [String: Guess]] = [:]
    /// Long handles of contacts by their first and by their last letters: two that differ in one letter share an end.
    private var byEnd: [String: [String]] = [:]

    init(_ settings: TrendsSettings) { self.settings = settings }

    /// Squished handles that were found on as many platforms as an association needs.
    var linkedGroups: Int { groups.values.count { $0.exact.count > 1 } }

    // MARK: Gathering

    mutating func addContact(_ sighting: Sighting) {
        let squished = HandleRules.squish(sighting.handle)
        guard squished.count >= settings.handleLengthMin else { return }
        HandleGroups.merge(sighting, into: &groups[squished, default: Group()].exact)
        guard let key = HandleRules.nameKey(sighting.displayName, lengthMin: settings.nameLengthMin) else { return }
        HandleGroups.guess(sighting, squished, into: &names[key, default: [:]])
    }

    /// Finds the contacts whose handles are nearly those of others.
    mutating func matchContacts() {
        for squished in groups.keys where squished.utf8.count >= settings.nearHandleLengthMin {
            for end in HandleRules.ends(of: squished) { byEnd[end, default: []].append(squished) }
        }
        var found: [(squished: String, other: String)] = []
        for squished in groups.keys { found += nearContacts(of: squished).map { (squished, $0) } }
        for (squished, other) in found {
            for sighting in (groups[other]?.exact ?? [:]).values {
                HandleGroups.guess(sighting, other, into: &groups[squished, default: Group()].near)
            }
        }
    }

    /// Research about handles that no contact has, nor nearly has, is not kept.
    mutating func addResearch(_ sighting: Sighting) {
        let squished = HandleRules.squish(sighting.handle)
        guard squished.count >= settings.handleLengthMin else { return }
        if groups[squished] != nil {
            HandleGroups.merge(sighting, into: &groups[squished, default: Group()].exact)
        } else {
            for near in nearContacts(of: squished) {
                HandleGroups.guess(sighting, squished, into: &groups[near, default: Group()].near)
            }
        }
        if let key = HandleRules.nameKey(sighting.displayName, lengthMin: settings.nameLengthMin), names[key] != nil {
            HandleGroups.guess(sighting, squished, into: &names[key, default: [:]])
        }
    }

    private func nearContacts(of squished: String) -> Set<String> {
        guard squished.utf8.count >= settings.nearHandleLengthMin else { return [] }
        var near: Set<String> = []
        for end in HandleRules.ends(of: squished) {
            for other in byEnd[end] ?? [] where HandleRules.isNear(squished, other) { near.insert(other) }
        }
        return near
    }

    private static func merge(_ sighting: Sighting, into platforms: inout [String: Sighting]) {
        if platforms[sighting.platform]?.merge(sighting) == nil { platforms[sighting.platform] = sighting }
    }

    private static func guess(_ sighting: Sighting, _ squished: String, into platforms: inout [String: Guess]) {
        switch platforms[sighting.platform] {
        case nil: platforms[sighting.platform] = .one(squished, sighting)
        case .one(squished, var known):
            known.merge(sighting)
            platforms[sighting.platform] = .one(squished, known)
        case .one, .ambiguous: platforms[sighting.platform] = .ambiguous
        }
    }

    // MARK: Answering

    /// One link a platform, the contact's own included, in alphabetical order; none unless there are two or more (TR-03).
    func links(of contact: Sighting) -> [Link] {
        guard let group = groups[HandleRules.squish(contact.handle)] else { return [] }
        var links: [String: Link] = group.exact.mapValues { sighting in
            let kind = sighting.isInResearch ? MatchKind.handle : .crm
            // Two handles of one platform can squish to the same; the contact's own is the one it gave.
            return Link(
                sighting: sighting.platform == contact.platform ? sighting.named(contact.handle) : sighting, kind: kind)
        }
        for (platform, guess) in group.near.merging(namesakes(of: contact), uniquingKeysWith: { near, _ in near }) {
            guard links[platform] == nil, case .one(_, let sighting) = guess else { continue }
            links[platform] = Link(sighting: sighting, kind: .fuzzy)
        }
        return links.count > 1 ? links.values.sorted { $0.platform < $1.platform } : []
    }

    /// Nobody when the contact's own platform has the name twice: then it does not tell people apart.
    private func namesakes(of contact: Sighting) -> [String: Guess] {
        guard let key = HandleRules.nameKey(contact.displayName, lengthMin: settings.nameLengthMin),
            let platforms = names[key], case .one = platforms[contact.platform]
        else { return [:] }
        return platforms
    }
}
