/// Makes a service's text fit to be shown: known secrets and what looks like one blanked, one line, not too long.
struct Redaction {
    static let lengthMax = 200

    private let secrets: [String]

    init(_ secrets: [Secret]) {
        // The longest first, or a piece of one would hide the rest of it from the search. Two letters are no secret, and
        // blanking them would leave no text.
        self.secrets = secrets.map(\.revealed).filter { $0.utf8.count >= 4 }.sorted { $0.count > $1.count }
    }

    /// The first 200 characters. Enough bytes are looked at that a secret across the cut is found whole.
    func excerpt(_ bytes: [UInt8]) -> String { excerpt(String(decoding: bytes.prefix(4_096), as: UTF8.self)) }

    func excerpt(_ text: String) -> String {
        var shown = text
        for secret in secrets { shown = shown.replacing(secret, with: Secret.placeholder) }
        shown = Secret.blanked(shown)
        let line = String(
            shown.map { character in
                character.unicodeScalars.contains { $0.properties.generalCategory == .control } ? " " : character
            }
        ).split(separator: " ").joined(separator: " ")
        return line.count > Redaction.lengthMax ? line.prefix(Redaction.lengthMax) + "…" : line
    }
}

extension Secret {
    /// A text in which everything that looks like somebody's key or token is blanked.
    public static func blanked(_ text: String) -> String {
        patterns.reduce(text) { $0.replacing($1, with: placeholder) }
    }

    /// Tokens of the services that we talk to, whoever's they are: JSON Web Tokens, Supabase's and Anthropic's keys,
    /// Telegram's tokens, whatever follows `Bearer`.
    private static var patterns: [Regex<Substring>] {
        [
            /eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}(?:\.[A-Za-z0-9_\-]+)?/,
            /sb_(?:secret|publishable)_[A-Za-z0-9_\-]{8,}/,
            /sk-[A-Za-z0-9_\-]{16,}/,
            /[0-9]{6,12}:[A-Za-z0-9_\-]{30,}/,
            /Bearer [A-Za-z0-9_\-.~+\/=]{8,}/,
        ]
    }
}
