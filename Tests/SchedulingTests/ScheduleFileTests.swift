import ActpTesting
import Configuration
import JSON
import Scheduling
import Testing
import Time

@Suite struct ScheduleFileTests {
    private struct Catalog: TaskCatalog {
        func problems(domain: String, task: String, params: [String: JSON]) -> [(key: String, message: String)] {
            task == "work" ? [] : [("task", "there is no task \"\(task)\"")]
        }
    }

    private func read(_ text: String) throws(ConfigurationError) -> [Schedule] {
        try ScheduleFile.read(Array(text.utf8), file: "schedules.json", zones: ZoneDatabase(), catalog: Catalog())
    }

    @Test("an entry takes what it does not say from the file's defaults, and those from the program's")
    func defaults() throws {
        let schedules = try read(
            """
            { "defaults": { "timezone": "Europe/Berlin", "timeout": "5m" },
              "schedules": [
                { "name": "a", "cron": "0 5 * * *", "domain": "test", "task": "work" },
                { "name": "b", "cron": "0 5 * * *", "domain": "test", "task": "work", "timezone": "UTC", "timeout": "1h",
                  "overlap": "allow", "catchUp": "none", "jitter": "20s", "enabled": false, "params": { "limit": 3 } } ] }
            """)
        #expect(schedules.map(\.zone.identifier) == ["Europe/Berlin", "UTC"])
        #expect(schedules.map(\.policy.timeout) == [.seconds(300), .seconds(3_600)])
        #expect(schedules.map(\.policy.overlap) == [.skip, .allow])
        #expect(schedules.map(\.policy.catchUp) == [.latest, .none])
        #expect(schedules.map(\.isEnabled) == [true, false])
        #expect(schedules[1].params == ["limit": 3])
    }

    @Test("every problem of a file is reported at once, with its line and key")
    func problems() {
        #expect {
            try read(
                """
                { "schedules": [
                  { "name": "a", "cron": "0 25 * * *", "domain": "test", "task": "work" },
                  { "name": "a", "cron": "0 5 * * *", "domain": "test", "task": "work" },
                  { "name": "c", "cron": "0 5 * * *", "domain": "test", "task": "play", "timezone": "Europe/Berlln" },
                  { "name": "d", "cron": "0 5 * * *", "domain": "test", "task": "work", "timout": "1m",
                    "overlap": "skipp", "timeout": "3O s" },
                  { "name": "e", "cron": "0 5 * * *", "domain": "test" } ] }
                """)
        } throws: { error in
            guard let error = error as? ConfigurationError else { return false }
            let places = error.problems.map { "\($0.line ?? 0) \($0.key ?? "")" }
            return Set(places) == [
                "2 schedules[0].cron", "3 schedules[1].name", "4 schedules[2].task", "4 schedules[2].timezone",
                "5 schedules[3].timout", "6 schedules[3].overlap", "6 schedules[3].timeout", "7 schedules[4]",
            ]
        }
    }

    @Test(
        "policies that come with a later version are refused, not ignored",
        arguments: ["bufferOne", "bufferAll", "cancelOther"])
    func laterPolicies(word: String) {
        #expect(throws: ConfigurationError.self) {
            try read(
                #"{ "schedules": [ { "name": "a", "cron": "0 5 * * *", "domain": "test", "task": "work", "overlap": "\#(word)" } ] }"#
            )
        }
    }
}
