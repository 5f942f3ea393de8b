import Configuration
import Foundation
import JSON
import Testing
import Time

@testable import Scheduling

/// The policy keys of `schedules.json`: what they become, and which of them do not go together.
@Suite struct ScheduleFilePolicyTests {
    /// Every policy in the defaults, and an entry that says otherwise of each.
    @Test("each policy is taken from the entry, else from the defaults, else it is the program's")
    func policies() throws {
        let mine = """
            "timeout": "1m", "overlap": "bufferAll", "catchUp": "all", "catchUpWindow": "1h", "jitter": "20s",
            "retry": { "attempts": 3, "backoff": "2s", "maxBackoff": "1m" }, "pauseOnFailure": 5, "alertAfter": 2,
            "mute": false, "priority": -3
            """
        let defaults = """
            { "timeout": "2m", "overlap": "cancelOther", "catchUp": "none", "catchUpWindow": "2h", "jitter": "40s",
              "retry": { "attempts": 4 }, "pauseOnFailure": 9, "alertAfter": 4, "priority": 8 }
            """
        let here = Policy(
            timeout: .seconds(60), overlap: .bufferAll, catchUp: .all, catchUpWindow: .seconds(3_600),
            jitter: .seconds(20), retry: Retry(attempts: 3, backoff: .seconds(2), maxBackoff: .seconds(60)),
            pauseOnFailure: 5, alertAfter: 2, isMuted: false, priority: -3)
        let there = Policy(
            timeout: .seconds(120), overlap: .cancelOther, catchUp: .none, catchUpWindow: .seconds(7_200),
            jitter: .seconds(40), retry: Retry(attempts: 4), pauseOnFailure: 9, alertAfter: 4, isMuted: false,
            priority: 8)
        let read = try Written.read(Written.file(defaults: defaults, Written.entry("a", mine), Written.entry("b")))
        #expect(read.map(\.policy) == [here, there])
        #expect(
            try Written.read(Written.file(Written.entry("a", mine), Written.entry("b"))).map(\.policy) == [
                here, Policy(),
            ])
        #expect(try Written.read(Written.file(Written.entry("a", #""mute": true"#))).first?.policy.isMuted == true)
    }

    @Test("an entry's retry replaces the defaults' as a whole")
    func retry() throws {
        let defaults = #"{ "retry": { "attempts": 4, "backoff": "1m", "maxBackoff": "1h" } }"#
        let read = try Written.read(
            Written.file(
                defaults: defaults, Written.entry("a", #""retry": { "attempts": 2 }"#),
                Written.entry("b", #""retry": { "attempts": 1 }"#), Written.entry("c")))
        #expect(
            read.map(\.policy.retry) == [
                Retry(attempts: 2), .none, Retry(attempts: 4, backoff: .seconds(60), maxBackoff: .seconds(3_600)),
            ])
        #expect(
            Written.problems(Written.file(Written.entry("a", #""retry": { "backoff": "1s" }"#)))
                == [#"schedules.json:2: schedules[0].retry: the key "attempts" is missing"#])
    }

    @Test("equal policies are one object")
    func sharing() throws {
        let read = try Written.read(
            Written.file(
                Written.entry("a"), Written.entry("b", #""priority": 3"#), Written.entry("c"),
                Written.entry("d", #""priority": 3"#), Written.entry("e", task: "send"),
                Written.entry("f", task: "send")))
        #expect(read[0].policy === read[2].policy)
        #expect(read[1].policy === read[3].policy)
        #expect(read[4].policy === read[5].policy)
        #expect(read[0].policy != read[1].policy)
    }

    @Test("what the defaults say of retrying, catching up and cancelling does not apply to a task that is tried once")
    func once() throws {
        let defaults = #"{ "retry": { "attempts": 4 }, "catchUp": "latest", "overlap": "cancelOther", "priority": 2 }"#
        let read = try Written.read(
            Written.file(
                defaults: defaults, Written.entry(task: "send", #""retry": { "attempts": 1 }, "catchUp": "none""#),
                Written.entry("b", task: "send")))
        #expect(read.map(\.policy) == Array(repeating: Policy(catchUp: .none, priority: 2), count: 2))
    }

    @Test("@reboot does not wait for the defaults' jitter")
    func reboot() throws {
        let read = try Written.read(
            Written.file(defaults: #"{ "jitter": "5m" }"#, Written.entry(cron: "@reboot"), Written.entry("b")))
        #expect(read.map(\.policy.jitter) == [.zero, .seconds(300)])
    }

    /// Defaults, cron, task and more keys of an entry; the key that is named; what is said of it.
    struct Senseless: Sendable, CustomTestStringConvertible {
        var defaults = "{}"
        var cron = "0 5 * * *"
        var task = "work"
        let more: String
        let key: String
        let says: String

        var testDescription: String { "\(cron) \(task) \(more) \(defaults)" }
    }

    static let senseless: [Senseless] = [
        Senseless(
            more: #""catchUp": "all""#, key: "catchUp",
            says:
                "catchUp all owes a run for each missed slot, and overlap skip would drop all but the first; allowed with"
                + " it is bufferAll or allow"),
        Senseless(
            defaults: #"{ "catchUp": "all", "overlap": "allow" }"#, more: #""overlap": "bufferOne""#, key: "overlap",
            says: "catchUp all owes a run for each missed slot, and overlap bufferOne would drop"),
        Senseless(
            more: #""alertAfter": 4, "pauseOnFailure": 3"#, key: "alertAfter",
            says: "alertAfter 4 is never reached: pauseOnFailure 3 pauses the schedule before; allowed is 1…3"),
        Senseless(
            defaults: #"{ "alertAfter": 4 }"#, more: #""pauseOnFailure": 3"#, key: "pauseOnFailure",
            says: "alertAfter 4 is never reached"),
        Senseless(
            more: #""retry": { "attempts": 2, "backoff": "2m", "maxBackoff": "90s" }"#, key: "retry.maxBackoff",
            says: "maxBackoff 1m30s is shorter than backoff 2m; allowed is 2m or longer"),
        Senseless(
            more: #""retry": { "attempts": 2, "backoff": "1h" }"#, key: "retry.backoff",
            says: "maxBackoff 5m, which it is when it is not given, is shorter than backoff 1h; allowed is 1h or longer"
        ),
        Senseless(
            task: "send", more: #""retry": { "attempts": 2 }"#, key: "retry",
            says: "2 attempts at a task that sends, posts or pays; it is tried once, allowed is 1"),
        Senseless(
            task: "send", more: #""catchUp": "latest""#, key: "catchUp",
            says: "latest for a task that sends, posts or pays; its missed slots are never run later, allowed is none"),
        Senseless(
            task: "send", more: #""catchUp": "all", "overlap": "allow""#, key: "catchUp",
            says: "all for a task that sends"),
        Senseless(
            task: "send", more: #""overlap": "cancelOther""#, key: "overlap",
            says:
                "cancelOther would cut a task that sends, posts or pays off in the middle; allowed is skip, bufferOne, "
                + "bufferAll or allow"),
        Senseless(
            more: #""catchUp": "none", "catchUpWindow": "1h""#, key: "catchUpWindow",
            says: "of no use: catchUp is none; leave it out, or catchUp latest or all"),
        Senseless(
            defaults: #"{ "catchUp": "none" }"#, more: #""catchUpWindow": "1h""#, key: "catchUpWindow",
            says: "of no use: catchUp is none in the defaults; leave it out, or catchUp latest or all"),
        Senseless(
            task: "send", more: #""catchUpWindow": "1h""#, key: "catchUpWindow",
            says: "of no use: catchUp is none, as always for a task that sends, posts or pays; leave it out"),
        Senseless(
            more: #""alertAfter": 2, "mute": true"#, key: "alertAfter",
            says: "of no use: mute is true, so the owner is told of no failure; leave it out, or mute false"),
        Senseless(
            defaults: #"{ "mute": true }"#, more: #""alertAfter": 2"#, key: "alertAfter",
            says: "of no use: mute is true in the defaults, so the owner is told of no failure"),
        Senseless(
            cron: "@reboot", more: #""catchUp": "latest", "catchUpWindow": "1h""#, key: "catchUp",
            says: "of no use with @reboot, which has no planned instants to miss; leave it out"),
        Senseless(
            cron: "@reboot", more: #""catchUpWindow": "1h""#, key: "catchUpWindow", says: "of no use with @reboot"),
        Senseless(
            cron: "@reboot", more: #""catchUp": "none", "catchUpWindow": "1h""#, key: "catchUpWindow",
            says: "of no use: catchUp is none"),
        Senseless(
            cron: "@reboot", more: #""jitter": "5s""#, key: "jitter",
            says: "jitter 5s with @reboot, which starts with the daemon; leave it out"),
        Senseless(
            cron: "@reboot", more: #""start": "2026-01-01T00:00:00Z""#, key: "start", says: "of no use with @reboot"),
        Senseless(
            cron: "@reboot", more: #""end": "2026-01-01T00:00:00Z""#, key: "end", says: "of no use with @reboot"),
        Senseless(
            cron: "* * * * *", more: #""jitter": "1m""#, key: "jitter",
            says: "jitter 1m reaches the next slot, which may come 1m later; allowed is less than 1m"),
        Senseless(
            defaults: #"{ "jitter": "10m" }"#, cron: "*/7 * * * *", more: "", key: "jitter",
            says: "jitter 10m of the defaults reaches the next slot, which may come 4m later; allowed is less than 4m"),
        Senseless(
            cron: "*/20 * * * * *", more: #""jitter": "20s""#, key: "jitter",
            says: "jitter 20s reaches the next slot, which may come 20s later"),
        Senseless(
            cron: "@every 90s", more: #""jitter": "2m""#, key: "jitter",
            says: "jitter 2m reaches the next slot, which may come 1m30s later"),
        Senseless(
            cron: "0 5 * * 1,2,5", more: #""jitter": "1d""#, key: "jitter",
            says: "jitter 1d reaches the next slot, which may come 1d later"),
        Senseless(
            cron: "0 0 1,31 7,8 *", more: #""jitter": "1d""#, key: "jitter",
            says: "jitter 1d reaches the next slot, which may come 1d later"),
        Senseless(
            cron: "*/7 3,4 * * *", more: #""jitter": "4m""#, key: "jitter",
            says: "jitter 4m reaches the next slot, which may come 4m later"),
        Senseless(
            more: #""start": "2026-03-01T00:00:00Z", "end": "2026-02-01T00:00:00Z""#, key: "end",
            says: "end 2026-02-01T00:00:00Z lies before start 2026-03-01T00:00:00Z; allowed is start or later"),
        Senseless(
            more: #""start": "2026-03-01T06:00:00Z", "end": "2026-03-01T07:00:00Z""#, key: "end",
            says: "no slot of '0 5 * * *' lies between start 2026-03-01T06:00:00Z and end 2026-03-01T07:00:00Z"),
    ]

    @Test("a combination that makes no sense is refused, once, at the key to change", arguments: senseless)
    func refuses(_ one: Senseless) {
        let found = Written.problems(
            Written.file(defaults: one.defaults, Written.entry(cron: one.cron, task: one.task, one.more)))
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix("schedules.json:2: schedules[0].\(one.key): \(one.says)") == true, "\(found)")
    }

    @Test(
        "defaults that make no sense by themselves are refused there",
        arguments: [
            (#"{ "catchUp": "all" }"#, "defaults.catchUp: catchUp all owes"),
            (#"{ "catchUp": "all", "overlap": "bufferOne" }"#, "defaults.catchUp: catchUp all owes"),
            (#"{ "alertAfter": 4, "pauseOnFailure": 3 }"#, "defaults.alertAfter: alertAfter 4 is never reached"),
            (#"{ "retry": { "attempts": 2, "backoff": "1h" } }"#, "defaults.retry.backoff: maxBackoff 5m"),
        ])
    func refusesDefaults(_ defaults: String, _ says: String) {
        let found = Written.problems(Written.file(defaults: defaults, Written.entry("a"), Written.entry("b")))
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix("schedules.json:1: " + says) == true, "\(found)")
    }

    @Test(
        "what makes sense is taken",
        arguments: [
            ("0 5 * * *", "work", #""catchUp": "all", "overlap": "allow""#),
            ("0 5 * * *", "work", #""catchUp": "all", "overlap": "bufferAll""#),
            ("* * * * *", "work", #""jitter": "59s""#), ("* * * * *", "work", #""jitter": "59999ms""#),
            ("0 5 * * *", "work", #""jitter": "23h""#), ("@every 90s", "work", #""jitter": "89s""#),
            ("@reboot", "work", #""catchUp": "none", "jitter": "0s""#), ("@reboot", "work", ""),
            ("0 5 * * *", "work", #""alertAfter": 3, "pauseOnFailure": 3"#),
            ("0 5 * * *", "work", #""mute": true, "pauseOnFailure": 3"#),
            ("0 5 * * *", "work", #""start": "2026-03-01T05:00:00Z", "end": "2026-03-01T05:00:00Z""#),
            ("@every 1d", "work", #""start": "2026-03-01T05:00:00Z", "end": "2026-03-01T06:00:00Z""#),
            ("0 5 * * *", "send", #""overlap": "bufferAll", "pauseOnFailure": 1, "catchUp": "none""#),
        ])
    func accepts(_ cron: String, _ task: String, _ more: String) {
        #expect(Written.problems(Written.file(Written.entry(cron: cron, task: task, more))) == [])
    }

    static let document: String = {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/scheduling.md")
        return (try? String(contentsOf: path, encoding: .utf8)) ?? ""
    }()

    @Test("docs/scheduling.md has every key of the schema")
    func documentedKeys() {
        func keys(_ schema: JSON, under prefix: String = "") -> [String] {
            (schema["properties"]?.object ?? [:]).flatMap { key, value in
                [prefix + key] + keys(value, under: prefix + key + ".")
                    + keys(value["items"] ?? [:], under: prefix + key + ".")
            }
        }
        let all = keys(ScheduleEntry.schema) + keys(ScheduleFile.schema).filter { !$0.contains(".") }
        #expect(all.count > 20)
        for key in all { #expect(Self.document.contains("`\(key)`"), "\(key)") }
        for word in Overlap.allCases.map(\.rawValue) + CatchUp.allCases.map(\.rawValue) {
            #expect(Self.document.contains("| `\(word)` |"), "\(word)")
        }
    }

    @Test("docs/scheduling.md has every combination that is refused")
    func documentedRefusals() {
        for refusal in PolicyCase.Refusal.inEntries + PolicyCase.Refusal.inDefaults {
            #expect(Self.document.contains("\n| \(refusal.combination) |"), "\(refusal.combination)")
        }
    }
}
