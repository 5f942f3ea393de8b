import JSON

/// One line of `actpd check`: what was looked at, what was found, what to do.
struct Finding {
    enum Grade: String {
        case good = "ok"
        case notable = "note"
        /// A service that does not answer now; the daemon would start.
        case away
        case bad
    }

    let grade: Grade
    let subject: String
    let text: String

    init(_ grade: Grade, _ subject: String, _ found: String) {
        self.grade = grade
        self.subject = subject
        text = "\(grade.rawValue.padding(to: 5))\(subject.padding(to: 15))\(found)"
    }

    var json: JSON {
        ["grade": .string(grade.rawValue), "subject": .string(subject), "text": .string(text)]
    }

    /// What the check ends with; `nil` when all is well.
    static func exitStatus(of findings: [Finding]) -> ExitStatus? {
        if findings.contains(where: { $0.grade == .bad }) { return .configuration }
        return findings.contains { $0.grade == .away } ? .unavailable : nil
    }
}
