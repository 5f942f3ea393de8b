/// Why a text is no cron expression: what was found, where, and what is allowed.
///
/// Its ``description`` is the sentence for the operator: `cron '0 25 * * *': hour at column 3: 25 is outside 0…23`.
public struct CronError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The expression as it was given.
    public let text: String
    /// The field's name, such as `day of month`; `nil` when the text as a whole is at fault.
    public let field: String?
    /// Where the fault lies, counted in UTF-8 bytes from 1; `nil` when the text as a whole is at fault.
    public let column: Int?
    /// What was found and what is allowed.
    public let detail: String

    public var description: String {
        // An error line is read by people; a pasted page would bury what it says.
        let quoted = text.utf8.count <= 120 ? text : "\(text.prefix(120))…"
        var place = ""
        if let column { place = " \(field ?? "text") at column \(column):" }
        return "cron '\(quoted)':\(place) \(detail)"
    }
}

/// A ``CronError`` before the text is known: the parser sees bytes only.
struct Flaw: Error {
    var field: CronField?
    /// Offset of the byte, from 0.
    var position: Int?
    let detail: String

    func error(in text: String) -> CronError {
        CronError(text: text, field: field?.name, column: position.map { $0 + 1 }, detail: detail)
    }
}
