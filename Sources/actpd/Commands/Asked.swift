import ArgumentParser
import Configuration
import Glibc
import Records
import Scheduling
import Stores
import Suggestion
import Time

/// What is written on the command line, as what it means; a text that means nothing ends the command with 64.
enum Asked {
    /// An instant; a date-time without zone is read on the clock of `zone`, where one is given.
    static func instant(_ text: String, for option: String, in zone: Zone? = nil) throws -> Instant {
        if let instant = zone.map({ $0.instant(iso8601: text) }) ?? Instant(iso8601: text) { return instant }
        let example = "as in 2024-03-10T07:00:00Z or 2024-03-10T02:00:00-05:00"
        let zoneless = zone.map { ", or without one on the clock of \($0.identifier)" } ?? ""
        throw ExitStatus.usage.exit(
            "\(option) \"\(text)\" is no instant; ISO 8601 with a zone is, \(example)\(zoneless)")
    }

    /// A time that lies ahead: an instant, or a duration from now.
    static func time(ahead text: String, for option: String, now: Instant) throws -> Instant {
        guard let instant = Duration(text: text).map({ now + $0 }) ?? Instant(iso8601: text) else {
            throw ExitStatus.usage.exit(
                "\(option) \"\(text)\" is neither an ISO 8601 instant such as 2024-03-10T07:00:00Z nor \(Duration.textForm)"
            )
        }
        guard instant > now else {
            throw ExitStatus.usage.exit("\(option) \(instant.iso8601) has passed; it is \(now.iso8601) now")
        }
        return instant
    }

    /// A stretch of time, its end not included.
    static func span(
        from start: String, to end: String, in zone: Zone? = nil
    ) throws -> (start: Instant, end: Instant) {
        let span = (start: try instant(start, for: "--from", in: zone), end: try instant(end, for: "--to", in: zone))
        guard span.start < span.end else {
            throw ExitStatus.usage.exit(
                "--from \(span.start.iso8601) does not lie before --to \(span.end.iso8601), which is not included")
        }
        return span
    }

    /// Who works on the command line, for notes: the login name, also behind sudo.
    ///
    /// To be asked before the process becomes the owner of the state.
    static var person: String {
        if let name = Environment.variables["SUDO_USER"], !name.isEmpty { return name }
        guard let entry = getpwuid(getuid()), let name = entry.pointee.pw_name else { return "user \(getuid())" }
        return String(cString: name)
    }

    /// The refusal of a name that no schedule has.
    static func unknown(_ name: String, among names: some Sequence<String>) -> ExitCode {
        let sorted = Set(names).sorted()
        let listed = sorted.prefix(20).joined(separator: ", ") + (sorted.count > 20 ? ", …" : "")
        let hint =
            name.nearest(in: sorted).map { ", did you mean \($0)?" }
            ?? (sorted.isEmpty ? "; there are none" : "; there are \(listed)")
        return ExitStatus.usage.exit("there is no schedule \"\(name)\"\(hint)")
    }
}

/// A schedule that a command is about, wherever its name is known: in `schedules.json`, in the ledger, or in its pauses. A
/// file that cannot be read, as in the middle of an edit, is no hindrance as long as the ledger knows the name.
struct NamedSchedule {
    let name: String
    /// As `schedules.json` has it; `nil` when it is not there or the file cannot be read.
    let schedule: Schedule?
    /// Why the file could not be read.
    let fileError: ConfigurationError?

    /// - Throws: an exit with 64 for a name that nobody knows, the file's problems when it may be in there.
    init(_ name: String, in workplace: Workplace, zones: ZoneDatabase, alsoPast: Bool = false) throws {
        self.name = name
        var names: [String] = []
        do {
            let schedules = try LoadedSchedules(workplace.settings, zones: zones).schedules
            schedule = schedules.first { $0.name == name }
            fileError = nil
            names = schedules.map(\.name)
        } catch {
            (schedule, fileError) = (nil, error)
        }
        guard schedule == nil else { return }
        let ledger = workplace.ledger
        names += try Array(ledger.states().keys) + Array(ledger.pauses().keys)
        if names.contains(name) { return }
        if alsoPast, try ledger.isRemembered(name) { return }
        if let fileError { throw fileError }
        throw Asked.unknown(name, among: names)
    }
}
