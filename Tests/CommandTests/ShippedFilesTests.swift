import ActpTesting
import Configuration
import Foundation
import JSON
import Testing

@testable import actpd

/// What is shipped in `config` is what the code says, and fits what the code reads.
struct ShippedFilesTests {
    static let generated: [String] = ["actpd.json", "actpd.schema.json", "schedules.schema.json"]

    @Test("the generated file is current", arguments: generated)
    func isCurrent(_ name: String) throws {
        let content =
            switch name {
            case "actpd.json": ShippedFiles.settings
            case "actpd.schema.json": ShippedFiles.settingsSchema
            default: ShippedFiles.schedulesSchema
            }
        try Golden.expect(ShippedFiles.text(content) + "\n", isFile: Installation.repository + "/config/" + name)
    }

    @Test("the shipped actpd.json is read without complaint and leaves every default as it is")
    func defaults() throws {
        let path = Installation.repository + "/config/actpd.json"
        let read: ActpdSettings = try ConfigurationReader.read(
            [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))), file: path)
        #expect(read.json == ActpdSettings().json)
    }

    @Test("contacts are scored every six hours at half past, and briefs are written afterwards (PR-20, K5)")
    func prospectSchedules() throws {
        let path = Installation.repository + "/schedules.json"
        let file = try JSON(parsing: String(decoding: Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self))
        let lines = (file["schedules"]?.array ?? []).filter { $0["domain"] == "prospect" }
        #expect(
            lines.map { line in ["name", "cron", "task"].map { line[$0]?.string ?? "" } }
                == [
                    ["prospect_funnel_score", "30 */6 * * *", "score-all"],
                    ["prospect_research", "50 */6 * * *", "research"],
                ])
    }

    /// A python3 that has jsonschema: the system's, or the first of whoever runs the tests.
    static let validator: String? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return ([Installation.python] + folders.map { "\($0)/python3" }).first { path in
            let process = Process()
            process.executableURL = URL(fileURLWithPath: path)
            process.arguments = ["-c", "import jsonschema"]
            process.standardError = FileHandle.nullDevice
            guard FileManager.default.isExecutableFile(atPath: path), (try? process.run()) != nil else { return false }
            process.waitUntilExit()
            return process.terminationStatus == 0
        }
    }()

    static let documents: [(document: String, schema: String, isGood: Bool)] = [
        ("schedules.json", "schedules", true),
        ("config/actpd.json", "actpd", true),
        ("Tests/CommandTests/Data/schedules-mistakes.json", "schedules", false),
        ("Tests/CommandTests/Data/actpd-mistakes.json", "actpd", false),
    ]

    @Test(
        "a validator that knows nothing of us says the same as the program",
        .enabled("SKIPPED: python3 has no jsonschema here (Debian: python3-jsonschema)") { validator != nil },
        arguments: documents)
    func validates(_ document: String, _ schema: String, _ isGood: Bool) async throws {
        let installation = try Installation()
        let found = try await installation.python(
            "validate.py", "\(Installation.repository)/config/\(schema).schema.json",
            "\(Installation.repository)/\(document)", by: try #require(ShippedFilesTests.validator))
        #expect(found.isEmpty == isGood, "\(found)")
    }

    @Test(
        "the validator finds each mistake that a schema can express",
        .enabled("SKIPPED: python3 has no jsonschema here (Debian: python3-jsonschema)") { validator != nil })
    func finds() async throws {
        let found = try await Installation().python(
            "validate.py", Installation.repository + "/config/schedules.schema.json",
            TestData.path("schedules-mistakes.json"), by: try #require(ShippedFilesTests.validator))
        for place in [
            "defaults: ", "defaults/catchUpWindow: ", "schedules/6/domain: ", "schedules/7/task: ",
            "schedules/8/task: ",
            "schedules/9/params/limit: ", "schedules/10/params: ", "schedules/11: ", "schedules/12/timeout: ",
            "schedules/14/overlap: ", "schedules/15/catchUp: ", "schedules/16/enabled: ", "schedules/19: ",
            "schedules/20/cron: ", "schedules/22: ", "schedules/23/retry: ", "schedules/23/retry/attempts: ",
            "schedules/24/pauseOnFailure: ", "schedules/24/alertAfter: ", "schedules/24/mute: ",
            "schedules/24/priority: ",
        ] {
            #expect(found.contains("\n" + place) || found.hasPrefix(place), "\(place)\n\(found)")
        }
    }

    @Test(
        "the example of a settings file names each setting of its kind, and is read without complaint",
        arguments: [("actpd.env.example", false), ("secrets.env.example", true)])
    func examples(_ name: String, _ holdsSecrets: Bool) throws {
        let path = Installation.repository + "/config/" + name
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        #expect(EnvironmentFile.read([UInt8](text.utf8), file: name).settings.isEmpty, "as it is, it sets nothing")
        let lines = text.split(separator: "\n").filter { $0.contains(/^#[A-Z_]+=/) }
        let (settings, problems) = EnvironmentFile.read(
            [UInt8](lines.map { $0.dropFirst() }.joined(separator: "\n").utf8), file: name)
        #expect(problems.isEmpty)
        #expect(Set(settings.keys) == Set(SettingName.allCases.filter { $0.isSecret == holdsSecrets }))
    }
}
