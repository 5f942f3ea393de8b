import Configuration
import Suggestion

/// `KEY=value` lines as systemd's EnvironmentFile has them: `#` and `;` begin comments, quotes are taken off.
enum EnvironmentFile {
    /// Reads a file's settings; unknown keys, malformed lines and bad values are reported together.
    static func read(_ bytes: [UInt8], file: String) -> (
        settings: [SettingName: String], problems: [ConfigurationProblem]
    ) {
        var settings: [SettingName: String] = [:]
        var problems: [ConfigurationProblem] = []
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return ([:], [ConfigurationProblem(file: file, "the file is not UTF-8")])
        }
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = raw.trimmed
            if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { continue }
            func report(_ key: String?, _ message: String) {
                problems.append(ConfigurationProblem(file: file, line: index + 1, key: key, message))
            }
            guard let equals = line.firstIndex(of: "=") else {
                // The line may be a key pasted without its name, so it is not repeated.
                report(nil, "KEY=value was expected")
                continue
            }
            let key = String(line[..<equals].trimmed)
            guard let name = SettingName(rawValue: key) else {
                let hint = key.nearest(in: SettingName.allCases.map(\.rawValue)).map { ", did you mean \($0)?" } ?? ""
                report(key, "unknown setting\(hint)")
                continue
            }
            let value = line[line.index(after: equals)...].trimmed.unquoted
            if value.isEmpty { continue }
            if let complaint = name.complaint(about: value) { report(key, complaint) }
            settings[name] = value
        }
        return (settings, problems)
    }
}

extension StringProtocol {
    /// Without spaces and tabs at either end.
    fileprivate var trimmed: SubSequence {
        let start = firstIndex { $0 != " " && $0 != "\t" } ?? endIndex
        guard let last = lastIndex(where: { $0 != " " && $0 != "\t" }) else { return self[start..<start] }
        return self[start...last]
    }

    fileprivate var unquoted: String {
        for quote in ["\"", "'"] where count >= 2 && hasPrefix(quote) && hasSuffix(quote) {
            return String(dropFirst().dropLast())
        }
        return String(self)
    }
}
