import ActpTesting
import Foundation
import Testing

/// What the program prints, to the letter.
struct GoldenTests {
    /// A Friday before Europe's clocks go forward, so that the default schedules' week has a change in it.
    static let instant = "2026-03-27T00:00:00Z"

    static let commands: [(arguments: [String], file: String)] = [
        (["--help"], "help.txt"),
        (["--list"], "list.txt"),
        (["--list", "--json"], "list.json"),
        (["next", "--after", instant, "-n", "3"], "next.txt"),
        (["next", "--after", instant, "-n", "2", "--json"], "next.json"),
        (["check", "--offline"], "check.txt"),
        (["check", "--offline", "--json"], "check.json"),
        (["--status"], "status-empty.txt"),
        (["runs"], "runs-empty.txt"),
    ]

    @Test("the configuration that is shipped, as the commands show it", arguments: commands)
    func shipped(_ arguments: [String], _ file: String) async throws {
        let installation = try Installation()
        let checkout = Installation.repository
        let reads = ["next", "check"].contains(arguments[0])
        let finished = try await installation.actpd(
            arguments
                + (reads
                    ? ["--schedules", checkout + "/schedules.json", "--config", checkout + "/config/actpd.json"] : []))
        #expect(finished.status == 0, "\(finished.error)")
        #expect(finished.error.isEmpty)
        try Golden.expect(finished.output, is: file)
    }

    @Test("the instants of the issue's expression, across the change of the clocks")
    func expression() async throws {
        let finished = try await Installation().actpd(
            "next", "--cron", "30 2 * * *", "--timezone", "America/New_York", "--after", "2024-03-10T00:10:00-05:00",
            "-n", "2", "--json")
        #expect(finished.output == #"{"next":["2024-03-10T07:00:00Z","2024-03-11T06:30:00Z"]}"# + "\n")
        #expect(finished.status == 0)
        #expect(finished.error.isEmpty)
    }

    @Test("the same for people, with the moved start named")
    func expressionAsText() async throws {
        let finished = try await Installation().actpd(
            "next", "--cron", "30 2 * * *", "--timezone", "America/New_York", "--after", "2024-03-10T00:10:00-05:00",
            "-n", "2")
        try Golden.expect(finished.output, is: "next-expression.txt")
    }

    static let files: [(file: String, data: String, golden: String)] = [
        ("schedules.json", "schedules-mistakes.json", "schedules-mistakes.txt"),
        ("schedules.json", "schedules-syntax.json", "schedules-syntax.txt"),
        ("actpd.json", "actpd-mistakes.json", "actpd-mistakes.txt"),
        ("actpd.env", "env-mistakes.env", "env-mistakes.txt"),
    ]

    @Test("every mistake of a file at once, with file, line, key, what was found and what is allowed", arguments: files)
    func mistakes(_ file: String, _ data: String, _ golden: String) async throws {
        let installation = try Installation()
        try installation.configure(file, try TestData.text(data))
        let finished = try await installation.actpd("serve")
        #expect(finished.status == 78)
        #expect(finished.output.isEmpty)
        try Golden.expect(finished.error, is: golden)
        let check = try await installation.actpd("check", "--offline")
        #expect(check.status == 78)
        for line in finished.error.split(separator: "\n").dropLast() {
            #expect(check.output.contains(line), "check says the same as serve")
        }
    }

    @Test("a list with a hole in it is refused as a whole: the good lines do not fire alone")
    func allOrNothing() async throws {
        let installation = try Installation(schedules: try TestData.text("schedules-mistakes.json"))
        let finished = try await installation.actpd("next", "fine")
        #expect(finished.status == 78)
        #expect(finished.output.isEmpty)
    }
}

/// Files of `Data`, which are read where they lie.
enum TestData {
    static func path(_ name: String) -> String { Installation.repository + "/Tests/CommandTests/Data/" + name }

    static func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path(name))), as: UTF8.self)
    }
}
