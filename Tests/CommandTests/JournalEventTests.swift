import ActpTesting
import Foundation
import Testing

@testable import actpd

/// Kinds of journal entries: what the code knows, the catalog that is installed, and the list for people say the same.
struct JournalEventTests {
    @Test("the catalog for journalctl -x is current")
    func catalog() throws {
        let entries = JournalEvent.all.map { event in
            """
            -- \(event.id)
            Subject: \(event.subject)
            Defined-By: actpd
            Documentation: man:actpd(8)

            \(event.meaning)

            What to do: \(event.action)

            """
        }
        try Golden.expect(
            entries.joined(separator: "\n"), isFile: Installation.repository + "/systemd/actpd.catalog")
    }

    @Test("docs/events.md is current")
    func list() throws {
        let head = """
            # Journal entries

            Each kind of entry has a MESSAGE_ID that stays. `journalctl -u actpd -x` shows these explanations beside the entries, and
            `journalctl MESSAGE_ID=…` finds all entries of a kind. This file is generated from `JournalEvent`.

            | kind | MESSAGE_ID | what happened | what to do |
            |---|---|---|---|

            """
        let rows = JournalEvent.all.map {
            "| \($0.name) | `\($0.id)` | **\($0.subject).** \($0.meaning) | \($0.action) |\n"
        }
        try Golden.expect(head + rows.joined(), isFile: Installation.repository + "/docs/events.md")
    }

    @Test("each kind is listed, has an id of its own, and is written by somebody")
    func complete() throws {
        let events = JournalEvent.all
        #expect(Set(events.map(\.id)).count == events.count)
        #expect(Set(events.map(\.name)).count == events.count)
        for event in events { #expect(event.id.wholeMatch(of: /[0-9a-f]{32}/) != nil, "\(event.name)") }
        let folder = Installation.repository + "/Sources/actpd"
        let paths = (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? [])
            .filter { $0.hasSuffix(".swift") }
        let sources = try paths.map { try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) }.joined()
        #expect(sources.matches(of: /static let \w+ = JournalEvent\(/).count == events.count)
        for event in events {
            let isWritten =
                sources.contains("kind(.\(event.name))") || sources.contains(": .\(event.name)\n")
            #expect(isWritten, "nobody writes \(event.name)")
        }
    }
}
