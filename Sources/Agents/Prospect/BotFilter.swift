import Records

/// Tells machines from people (PR-14). Anything on the lists is left out of every result.
struct BotFilter: Sendable {
    private let prefixes: [String]
    private let domains: Set<Substring>
    private let names: Set<String>

    init(_ lists: BotLists) {
        prefixes = lists.senderPrefixes.map { $0.lowercased() }
        domains = Set(lists.domains.map { $0.lowercased()[...] })
        names = Set(lists.names.map(BotFilter.folded))
    }

    func isBot(_ contact: Row<Contacts>) -> Bool {
        isBot(name: contact.displayName, username: contact.username, email: contact.email)
    }

    /// A name counts only as a whole: `Stripe` is a bot, `Stripe Smith` is not. A username that is an address is judged
    /// as one, because mail contacts often have no other.
    func isBot(name: String?, username: String, email: String?) -> Bool {
        if let name, names.contains(BotFilter.folded(name)) { return true }
        if names.contains(BotFilter.folded(username)) { return true }
        return [email, username].contains { $0.map(isBotAddress) ?? false }
    }

    private func isBotAddress(_ address: String) -> Bool {
        guard address.utf8.contains(UInt8(ascii: "@")) else { return false }
        let address = address.lowercased()
        guard let at = address.utf8.lastIndex(of: UInt8(ascii: "@")), at != address.startIndex else { return false }
        if prefixes.contains(where: address[..<at].hasPrefix) { return true }
        // A subdomain of a listed domain: drop labels from the left until one is listed.
        var domain = address[address.index(after: at)...].prefix { $0 != ">" && !$0.isWhitespace }
        while !domain.isEmpty {
            if domains.contains(domain) { return true }
            guard let dot = domain.utf8.firstIndex(of: UInt8(ascii: ".")) else { return false }
            domain = domain[domain.index(after: dot)...]
        }
        return false
    }

    private static func folded(_ name: String) -> String {
        let name = name.lowercased()
        let bytes = name.utf8
        // Blanks and the @ of a handle are ASCII, so they can be cut off byte by byte.
        guard let start = bytes.firstIndex(where: { $0 > 32 && $0 != UInt8(ascii: "@") }),
            let end = bytes.lastIndex(where: { $0 > 32 })
        else { return "" }
        return start == bytes.startIndex && bytes.index(after: end) == bytes.endIndex ? name : String(name[start...end])
    }
}
