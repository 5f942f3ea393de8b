public import Configuration
public import JSON

/// What the daemon answers to whoever asked it to reload.
public enum ReloadVerdict: Hashable, Sendable {
    /// The new file is in force.
    ///
    /// - Parameters:
    ///   - secrets: the settings whose secrets were replaced, and are in use from now on.
    ///   - restartFor: what else was changed since the daemon started, which only a restart takes: paths of files, or
    ///     path and setting.
    case accepted(ScheduleDifference, secrets: [String] = [], restartFor: [String] = [])
    /// The file has these problems; the schedules in force stay.
    case rejected([ConfigurationProblem])
    /// The daemon could not do it, and why; the schedules in force stay.
    case failed(String)

    /// The verdict on an error that a reload threw.
    public init(_ error: any Error) {
        if let error = error as? ConfigurationError {
            self = .rejected(error.problems)
        } else {
            self = .failed("\(error)")
        }
    }

    /// Whether the new file is in force.
    public var isAccepted: Bool {
        if case .accepted = self { true } else { false }
    }

    /// As the ledger keeps it and `--json` prints it.
    public var json: JSON {
        switch self {
        case .accepted(let difference, let secrets, let files):
            [
                "accepted": true, "added": JSON(difference.added), "removed": JSON(difference.removed),
                "changed": JSON(difference.changed), "secrets": JSON(secrets), "restart_for": JSON(files),
            ]
        case .rejected(let problems): ["accepted": false, "problems": .array(problems.map(\.json))]
        case .failed(let reason): ["accepted": false, "reason": .string(reason)]
        }
    }

    /// `nil` for a text that ``json`` did not write.
    public init?(_ json: JSON) {
        func names(_ key: String) -> [String] { (json[key]?.array ?? []).compactMap(\.string) }
        if json["accepted"] == true {
            self = .accepted(
                ScheduleDifference(added: names("added"), removed: names("removed"), changed: names("changed")),
                secrets: names("secrets"), restartFor: names("restart_for"))
        } else if let problems = json["problems"]?.array {
            self = .rejected(problems.compactMap(ConfigurationProblem.init))
        } else if let reason = json["reason"]?.string {
            self = .failed(reason)
        } else {
            return nil
        }
    }
}

extension ConfigurationProblem {
    fileprivate var json: JSON {
        [
            "file": .string(file), "line": line.map { JSON($0) } ?? nil, "key": key.map(JSON.string) ?? nil,
            "message": .string(message),
        ]
    }

    fileprivate init?(_ json: JSON) {
        guard let file = json["file"]?.string, let message = json["message"]?.string else { return nil }
        self.init(
            file: file, line: json["line"]?.integer.map { Int($0) }, key: json["key"]?.string, message)
    }
}
