import ArgumentParser
import Cron
import JSON
import Records
import Scheduling
import Stores
import Time

struct WhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Says what became of one slot of a schedule, or will, and why.",
        discussion: """
            The instant is the slot's planned one, without jitter, as actpd next and actpd runs show it. Any slot that the \
            history goes back to, and any that lies ahead.
            """)

    @Argument(help: "The schedule; also one that is no longer there.")
    var name: String
    @Option(help: "The slot: ISO 8601; without Z or offset on the clock of the schedule's zone.")
    var at: String
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        try reporting {
            let workplace = try Workplace(options, as: .reader)
            let zones = ZoneDatabase()
            let named = try NamedSchedule(name, in: workplace, zones: zones, alsoPast: true)
            let registered = try workplace.ledger.registered(name)
            let zone = registered.flatMap { try? zones.zone($0.timezone) } ?? named.schedule?.zone ?? .utc
            let instant = try Asked.instant(at, for: "--at", in: zone)
            let explanation = SlotExplanation(
                of: name, at: instant, history: try workplace.ledger.history(of: name, at: instant),
                file: named.schedule, isDaemonUp: try workplace.ledger.isDaemonUp(), now: workplace.time.now(),
                zones: { try? zones.zone($0) })
            Terminal.out(json ? explanation.json.text : explanation.text)
            if named.fileError != nil {
                Terminal.error("actpd: schedules.json cannot be read and was left out; actpd check says why")
            }
        }
    }
}

extension SlotExplanation {
    fileprivate var json: JSON {
        [
            "schedule": .string(schedule), "at": .string(at.iso8601), "timezone": .string(zone.identifier),
            "local": .string(zone.localText(at)), "verdict": .string(verdict.rawValue), "text": .string(text),
            "run": record?.json ?? nil, "backfills": .array(backfills.map(\.json)),
            "before": before.map { .string($0.iso8601) } ?? nil, "after": after.map { .string($0.iso8601) } ?? nil,
        ]
    }
}
