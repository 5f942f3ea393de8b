import Configuration
import Scheduling
import Testing

/// B24: at the start a bad entry is left out and the others run; at a reload it keeps the old file in force. What is wrong
/// outside the entries stops both.
@Suite struct ScheduleFileQuarantineTests {
    /// What is wrong with the middle one of three entries.
    struct Mistake: Sendable, CustomTestStringConvertible {
        let entry: String
        let name: String?
        /// Begins with the key.
        let says: [String]

        var testDescription: String { entry }
    }

    static let mistakes: [Mistake] = [
        Mistake(
            entry: Written.entry("b", cron: "0 25 * * *"), name: "b", says: ["schedules[1].cron: cron '0 25 * * *'"]),
        Mistake(entry: Written.entry("b", cron: "0 0 30 2 *"), name: "b", says: ["schedules[1].cron: "]),
        Mistake(
            entry: Written.entry("b", #""timout": "1m""#), name: "b",
            says: [#"schedules[1].timout: unknown key, did you mean "timeout"?"#]),
        Mistake(
            entry: Written.entry("b", #""retry": { "attempts": 2, "jitter": "1s" }"#), name: "b",
            says: ["schedules[1].retry.jitter: unknown key"]),
        Mistake(
            entry: Written.entry("a"), name: "a",
            says: [#"schedules[1].name: the name "a" is taken by an earlier schedule"#]),
        Mistake(entry: Written.entry(""), name: "", says: ["schedules[1].name: must not be empty"]),
        Mistake(
            entry: Written.entry("b", task: "play", #""timezone": "Europe/Berlln""#), name: "b",
            says: ["schedules[1].task: there is no task", "schedules[1].timezone: time zone 'Europe/Berlln'"]),
        Mistake(entry: Written.entry("b", #""overlap": "skipp""#), name: "b", says: ["schedules[1].overlap: "]),
        Mistake(entry: Written.entry("b", #""timeout": "1ms""#), name: "b", says: ["schedules[1].timeout: "]),
        Mistake(entry: Written.entry("b", #""catchUp": "all""#), name: "b", says: ["schedules[1].catchUp: "]),
        Mistake(
            entry: #"{ "domain": "test", "task": "work", "cron": "0 5 * * *" }"#, name: nil,
            says: [#"schedules[1]: the key "name" is missing"#]),
        Mistake(
            entry: #"{ "name": 5, "domain": "test", "task": "work", "cron": "0 5 * * *" }"#, name: nil,
            says: ["schedules[1].name: a text was expected"]),
        Mistake(entry: "7", name: nil, says: ["schedules[1]: an object was expected, not a whole number"]),
    ]

    @Test(
        "a bad entry: the start leaves it out and says why, a reload refuses the file and says the same",
        arguments: mistakes)
    func bothWays(_ mistake: Mistake) throws {
        let text = Written.file(Written.entry("a"), mistake.entry, Written.entry("c"))
        let (schedules, quarantined) = try Written.readTolerantly(text)
        #expect(schedules.map(\.name) == ["a", "c"])
        #expect(quarantined.map(\.name) == [mistake.name])
        let problems = try #require(quarantined.first).problems.map(\.description)
        #expect(problems.count == mistake.says.count, "\(problems)")
        for (problem, says) in zip(problems, mistake.says) {
            #expect(problem.hasPrefix("schedules.json:3: " + says), "\(problem)")
        }
        #expect(Written.problems(text) == problems)
    }

    @Test("several bad entries are reported each by itself, and together by a reload")
    func several() throws {
        let text = Written.file(
            Written.entry("a", cron: "x"), Written.entry("a"), Written.entry("b"),
            Written.entry("c", #""x": 1, "y": 2"#))
        let (schedules, quarantined) = try Written.readTolerantly(text)
        #expect(schedules.map(\.name) == ["b"], "the name of a bad entry is taken too: what is meant is not known")
        #expect(quarantined.map(\.name) == ["a", "a", "c"])
        #expect(quarantined.map(\.problems.count) == [1, 1, 2])
        #expect(Written.problems(text) == quarantined.flatMap { $0.problems.map(\.description) })
    }

    @Test("a file whose entries are all good or which has none is read alike both ways")
    func good() throws {
        for text in [Written.file(Written.entry("a"), Written.entry("b")), Written.file()] {
            let (schedules, quarantined) = try Written.readTolerantly(text)
            #expect(quarantined.isEmpty)
            #expect(try Written.read(text) == schedules)
        }
    }

    @Test(
        "what is wrong outside the entries stops the start as well, with the problems of that only",
        arguments: [
            ("{ \"schedules\": [\n\(Written.entry("a", "x")) ] }", "schedules.json:2: column"),
            (#"{ "schedules": [ \#(Written.entry()) ], "scheduls": [] }"#, "schedules.json:1: scheduls: unknown key"),
            (#"{ "schedule": [ \#(Written.entry()) ] }"#, "schedules.json:1: schedule: unknown key"),
            ("{}", #"schedules.json:1: the key "schedules" is missing"#),
            ("[]", "schedules.json:1: an object was expected"), ("", "schedules.json:1: column 1"),
            (#"{ "schedules": {} }"#, "schedules.json:1: schedules: an array was expected"),
            (
                Written.file(defaults: #"{ "timout": "1m" }"#, Written.entry()),
                "schedules.json:1: defaults.timout: unknown"
            ),
            (Written.file(defaults: #"{ "jitter": 3 }"#, Written.entry()), "schedules.json:1: defaults.jitter: "),
            (Written.file(defaults: #"{ "timezone": "X" }"#, Written.entry()), "schedules.json:1: defaults.timezone: "),
            (Written.file(defaults: #"{ "catchUp": "all" }"#, Written.entry()), "schedules.json:1: defaults.catchUp: "),
            (Written.file(defaults: "7", Written.entry()), "schedules.json:1: defaults: an object was expected"),
        ])
    func outside(_ text: String, _ says: String) {
        #expect {
            try Written.readTolerantly(text)
        } throws: { error in
            (error as? ConfigurationError)?.problems.first?.description.hasPrefix(says) == true
        }
        #expect(Written.problems(text).first?.hasPrefix(says) == true, "\(Written.problems(text))")
    }
}
