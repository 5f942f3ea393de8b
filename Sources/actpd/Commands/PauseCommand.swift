import ArgumentParser
import JSON
import Records
import Scheduling
import Stores
import Time

struct PauseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Holds a schedule back: its slots are skipped, and recorded so.",
        discussion: """
            Counts at once, whether or not the daemon runs, and lasts over restarts and reloads until --until or until \
            actpd resume. Runs under way go on.
            """)

    @Argument(help: "The schedule.")
    var name: String
    @Option(help: "When it ends by itself: an ISO 8601 instant, or for how long, as in 2h.")
    var until: String?
    @Option(help: "Why; your login name when left out.")
    var note: String?
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        try reporting {
            let person = Asked.person
            let workplace = try Workplace(options, as: .reader)
            let zones = ZoneDatabase()
            let named = try NamedSchedule(name, in: workplace, zones: zones)
            let now = workplace.time.now()
            let pause = Pause(
                schedule: name, since: now,
                until: try until.map { try Asked.time(ahead: $0, for: "--until", now: now) },
                note: note ?? "by \(person)")
            let before = try workplace.ledger.pauses()[name]
            try workplace.ledger.pause(pause)
            if json { return Terminal.out(pause.json.text) }
            let end = pause.until.map { "until \($0.iso8601)" } ?? "until actpd resume \(name)"
            Terminal.out("\(name) is paused \(end) (\(pause.note)); its slots are skipped")
            if let before, before.covers(now) {
                Terminal.out("this replaces the pause since \(before.since.iso8601) (\(before.note))")
            }
            if named.schedule?.isEnabled == false { Terminal.out("it is also disabled in schedules.json") }
        }
    }
}

struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Lifts the pause of a schedule; its next slot runs again.")

    @Argument(help: "The schedule.")
    var name: String
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        try reporting {
            let workplace = try Workplace(options, as: .reader)
            let named = try NamedSchedule(name, in: workplace, zones: ZoneDatabase())
            let now = workplace.time.now()
            let anchor = try workplace.ledger.registered(name)?.state.anchor ?? now
            let next = named.schedule.flatMap { $0.isEnabled ? $0.slot(after: now, anchor: anchor) : nil }
            let lifted = try workplace.ledger.resume(name, at: now)
            if json {
                return Terminal.out(
                    ([
                        "schedule": .string(name), "lifted": lifted?.json ?? nil,
                        "next": next.map { .string($0.iso8601) } ?? nil,
                    ] as JSON).text)
            }
            let ahead = next.map { "its next slot is at \($0.iso8601)" } ?? "it has no slot ahead"
            guard let lifted else { return Terminal.out("\(name) is not paused; \(ahead)") }
            let end = lifted.covers(now) ? "" : ", a pause that had ended already"
            Terminal.out(
                "\(name) is resumed after its pause since \(lifted.since.iso8601) (\(lifted.note))\(end); \(ahead)")
        }
    }
}

extension Pause {
    var json: JSON {
        [
            "schedule": .string(schedule), "since": .string(since.iso8601Precise),
            "until": until.map { .string($0.iso8601Precise) } ?? nil, "note": .string(note),
        ]
    }

    /// `paused since 2026-03-02T04:00:00Z until 2026-03-03T04:00:00Z (by anna)`
    var text: String {
        "paused since \(since.iso8601)\(until.map { " until \($0.iso8601)" } ?? "") (\(note))"
    }
}
