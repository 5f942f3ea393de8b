import ActpTesting
import Configuration
import JSON
import Scheduling
import Testing
import Time

@Suite struct ScheduleFileTests {
    @Test("an entry takes what it does not say from the file's defaults, and those from the program's")
    func defaults() throws {
        let schedules = try Written.read(
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
            try Written.read(
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
        "the problems of an entry come in the order of the file, each with its line, key, finding and what is allowed")
    func texts() {
        let found = Written.problems(
            """
            { "defaults": { "priority": 101 }, "schedules": [
              { "name": "a", "cron": "0 5 * * *", "domain": "test", "task": "work",
                "retry": { "attempts": 21, "backof": "1s" }, "pauseOnFailure": -1,
                "alertAfter": 0, "mute": "no",
                "timeout": "25h", "priority": "high" } ] }
            """)
        #expect(
            found == [
                "schedules.json:1: defaults.priority: 101 is outside -100…100",
                "schedules.json:3: schedules[0].retry.attempts: 21 is outside 1…20",
                "schedules.json:3: schedules[0].retry.backof: unknown key, did you mean \"backoff\"?",
                "schedules.json:3: schedules[0].pauseOnFailure: -1 is outside 0…1000",
                "schedules.json:4: schedules[0].alertAfter: 0 is outside 1…1000",
                "schedules.json:4: schedules[0].mute: true or false was expected, not a string (\"no\")",
                "schedules.json:5: schedules[0].timeout: \"25h\" is outside \"1s\"…\"1d\"",
                "schedules.json:5: schedules[0].priority: a whole number was expected, not a string (\"high\")",
            ])
    }

    @Test("a zone that the defaults have wrong is reported once, there, and not for each entry")
    func defaultZone() {
        let found = Written.problems(
            Written.file(defaults: #"{ "timezone": "Europe/Berlln" }"#, Written.entry("a"), Written.entry("b")))
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("schedules.json:1: defaults.timezone: time zone 'Europe/Berlln'") == true)
    }

    @Test("defaults count for the entries before them too")
    func lateDefaults() throws {
        let schedules = try Written.read(
            #"{ "schedules": [ \#(Written.entry()) ], "defaults": { "timezone": "Asia/Tokyo", "priority": 7 } }"#)
        #expect(schedules.map(\.zone.identifier) == ["Asia/Tokyo"])
        #expect(schedules.map(\.policy.priority) == [7])
    }

    @Test("what is legal but seldom meant is a remark with line and key, and no error")
    func warnings() throws {
        let text = Written.file(Written.entry("a"), Written.entry("b", cron: "0 5 13 * 5"))
        #expect(try Written.read(text).count == 2)
        let warnings = try ScheduleFile.warnings(
            Array(text.utf8), file: "schedules.json", zones: ZoneDatabase(), catalog: WorkCatalog())
        #expect(
            warnings.map(\.description) == [
                "schedules.json:3: schedules[1].cron: "
                    + "day of month and day of week are both restricted: a day that matches either is taken"
            ])
    }
}
