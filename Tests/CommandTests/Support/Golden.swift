import Foundation
import Testing

/// Texts that the program must print to the letter, as files under `Golden`. `ACTPD_UPDATE_GOLDEN=1` rewrites them; what
/// changed is then read in the diff.
enum Golden {
    static let isUpdating = ProcessInfo.processInfo.environment["ACTPD_UPDATE_GOLDEN"] == "1"

    static func expect(_ text: String, is name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try expect(
            text, isFile: Installation.repository + "/Tests/CommandTests/Golden/" + name,
            sourceLocation: sourceLocation)
    }

    /// The same for a file elsewhere in the checkout.
    static func expect(_ text: String, isFile path: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        if isUpdating {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            return
        }
        let wanted = (try? Data(contentsOf: URL(fileURLWithPath: path))).map { String(decoding: $0, as: UTF8.self) }
        if let difference = difference(wanted ?? "", text) {
            let name = path.replacingOccurrences(of: Installation.repository + "/", with: "")
            Issue.record(
                "\(name) says otherwise; ACTPD_UPDATE_GOLDEN=1 takes over what there is now\n\(difference)",
                sourceLocation: sourceLocation)
        }
    }

    /// The first lines that differ; `nil` for equal texts.
    static func difference(_ wanted: String, _ found: String) -> String? {
        guard wanted != found else { return nil }
        let (old, new) = (wanted.components(separatedBy: "\n"), found.components(separatedBy: "\n"))
        let same = zip(old, new).prefix { $0 == $1 }.count
        let shown =
            old.dropFirst(same).prefix(3).map { "- " + $0 } + new.dropFirst(same).prefix(3).map { "+ " + $0 }
        return "line \(same + 1):\n" + shown.joined(separator: "\n")
    }
}
