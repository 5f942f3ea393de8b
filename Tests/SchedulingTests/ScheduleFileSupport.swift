import Configuration
import JSON
import Scheduling
import Time

/// A catalogue of two tasks: `work`, and `send`, which is tried once.
struct WorkCatalog: TaskCatalog {
    func problems(domain: String, task: String, params: [String: JSON]) -> [(key: String, message: String)] {
        ["work", "send"].contains(task) ? [] : [("task", "there is no task \"\(task)\"")]
    }

    func isOnce(domain: String, task: String) -> Bool { task == "send" }
}

/// Texts of `schedules.json`, and what becomes of them.
enum Written {
    /// An entry; what `more` says comes on top, as in `"overlap": "skip"`.
    static func entry(
        _ name: String = "a", cron: String = "0 5 * * *", task: String = "work", _ more: String = ""
    ) -> String {
        let rest = more.isEmpty ? "" : ", \(more)"
        return #"{ "name": "\#(name)", "cron": "\#(cron)", "domain": "test", "task": "\#(task)"\#(rest) }"#
    }

    /// A file with one entry a line, the first on line 2.
    static func file(defaults: String? = nil, _ entries: String...) -> String {
        "{ \(defaults.map { "\"defaults\": \($0), " } ?? "")\"schedules\": [\n\(entries.joined(separator: ",\n")) ] }"
    }

    static func read(_ text: String) throws(ConfigurationError) -> [Schedule] {
        try ScheduleFile.read(Array(text.utf8), file: "schedules.json", zones: ZoneDatabase(), catalog: WorkCatalog())
    }

    static func readTolerantly(
        _ text: String
    ) throws(ConfigurationError) -> (schedules: [Schedule], quarantined: [QuarantinedEntry]) {
        try ScheduleFile.readTolerantly(
            Array(text.utf8), file: "schedules.json", zones: ZoneDatabase(), catalog: WorkCatalog())
    }

    /// What is wrong with a file, a line each; empty when it is read.
    static func problems(_ text: String) -> [String] {
        do throws(ConfigurationError) {
            _ = try read(text)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }
}
