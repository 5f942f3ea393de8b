/// A message to the owner, as Telegram's HTML: inserted text is escaped where the message is made (K70).
public struct Alert: Hashable, Sendable {
    public let html: String

    private init(html: String) { self.html = html }

    /// Escapes the three characters that Telegram's HTML mode reserves.
    static func escape(_ text: some StringProtocol) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    /// DI-08: a task failed; the first 200 characters of why.
    public static func agentError(domain: String, task: String, message: String) -> Alert {
        Alert(html: "⚠️ Agent error: \(escape(domain)).\(escape(task))\n\(escape(message.prefix(200)))")
    }
}
