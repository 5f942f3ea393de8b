/// The words under which content is filed, where sources use others (K42, K43).
enum Taxonomy {
    /// A text that fits no niche; left out of every matrix (CM-03).
    static let other = "other"
    /// No offer fits (YT-03).
    static let noOffer = "none"

    private static let nicheAliases = ["email_marketing": "digital_marketing"]
    private static let contentTypeAliases = ["tutorial": "educational", "data": "thought_leadership"]

    /// The listed niche that a stored one means; `nil` when it is none of them: such rows are read but never written (K43).
    static func niche(_ stored: String?, listed: Set<String>) -> String? {
        resolve(stored, aliases: nicheAliases, listed: listed)
    }

    /// The listed content type that a stored one means (K42).
    static func contentType(_ stored: String?, listed: Set<String>) -> String? {
        resolve(stored, aliases: contentTypeAliases, listed: listed)
    }

    private static func resolve(_ stored: String?, aliases: [String: String], listed: Set<String>) -> String? {
        guard let stored else { return nil }
        let meant = aliases[stored] ?? stored
        return meant != other && listed.contains(meant) ? meant : nil
    }
}
