import Agents
import Configuration
import JSON
import Testing

@Suite struct SettingsTests {
    @Test("the defaults survive being written and read as actpd.json")
    func roundTrip() throws {
        let text = Settings().json.indentedText
        #expect(try ConfigurationReader.read(Array(text.utf8), file: "actpd.json", as: Settings.self) == Settings())
    }

    @Test("a number outside its range, a misspelt key and a wrong day are all reported at once")
    func problems() {
        let text = """
            { "prospect": { "decisionFrom": 650, "wieghts": {} }, "outreach": { "decision": { "days": ["monday"] } } }
            """
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationReader.read(Array(text.utf8), file: "actpd.json", as: Settings.self)
        }
        #expect(error?.problems.count == 3)
        #expect(error?.problems.contains { $0.description.contains("weights") } == true)
    }

    @Test("a rhythm that names its hours alone keeps its cooldown and its weekly limit")
    func partialRhythm() throws {
        let text = #"{ "outreach": { "decision": { "hours": [9] } } }"#
        let decision = try ConfigurationReader.read(Array(text.utf8), file: "actpd.json", as: Settings.self).outreach
            .decision
        let shipped = Settings().outreach.decision
        #expect(decision.hours == [9])
        #expect(decision.cooldown == shipped.cooldown && decision.perWeek == shipped.perWeek)
        #expect(decision.days == shipped.days)
    }

    @Test("every tunable is explained")
    func help() {
        func check(_ schema: JSON, at path: String) {
            for (name, property) in schema["properties"]?.object ?? [:] {
                #expect(property["description"]?.string?.isEmpty == false, "\(path).\(name)")
                check(property, at: "\(path).\(name)")
            }
        }
        check(Settings.schema, at: "actpd.json")
    }
}
