import Testing

@testable import Agents

@Suite struct MessageCheckTests {
    private static let bio = "I build n8n workflows for small agencies and write about client reporting."
    private let check = MessageCheck(platform: .twitter, lengthMax: 280, material: [MessageCheckTests.bio])
    private static let good =
        "Your writing about client reporting is the clearest I know. Most agencies still copy those figures by hand. "
        + "What part of it would you hand over first?"

    private func problems(_ text: String, citing cited: String = "client reporting") -> String {
        check.problems(text, citing: cited).joined(separator: "; ")
    }

    @Test("a message that keeps all limits has no problem (OU-07)")
    func good() { #expect(problems(MessageCheckTests.good).isEmpty) }

    @Test(
        "each limit of OU-07 is checked",
        arguments: [
            ("Client reporting! " + String(repeating: "very ", count: 60) + "long. Is it?", "characters"),
            ("Loved your client reporting posts. #automation rules. What next?", "hashtag"),
            ("Hi {name}, your client reporting posts help. What next?", "placeholder"),
            ("Hi [name], your client reporting posts help. What next?", "placeholder"),
            ("Hi <first name>, your client reporting posts help. What next?", "placeholder"),
            ("Your client reporting posts help. Let us talk.", "question"),
            ("What do you do about client reporting?", "1 sentences"),
            ("One client reporting. Two. Three. Four?", "4 sentences"),
            ("Your client reporting saved 37 hours. What next?", "37"),
            ("Your client reporting is at https://example.org. What next?", "example.org"),
            ("Your client reporting with @someone is good. What next?", "@someone"),
            ("Your posts are good. What is next for you?", "does not speak of what it cites"),
            ("Subject: Hi\n\nYour client reporting is good. What next?", "only e-mails"),
        ])
    func limits(_ text: String, _ expected: String) { #expect(problems(text).contains(expected), "\(problems(text))") }

    @Test("a quotation must be the contact's own words", arguments: ["your famous book", "reporting", ""])
    func citation(_ cited: String) { #expect(problems(MessageCheckTests.good, citing: cited).contains("cites")) }

    @Test("an e-mail has a subject and a text (OU-08)")
    func email() {
        let check = MessageCheck(platform: .gmail, lengthMax: 1_500, material: [])
        #expect(check.form("Subject: Hello\n\nText").isEmpty)
        for text in ["Text", "Subject: \n\nText", "Subject: Hello", "Subject: Hello\n\n  "] {
            #expect(!check.form(text).isEmpty, "\(text)")
        }
    }

    @Test("every template keeps the limits of its channel, with the longest names (OU-08, K14)")
    func templates() {
        let settings = MessageSettings()
        for set in [settings.consideration, settings.awareness] {
            for platform in OutreachPlatform.allCases {
                let check = MessageCheck(
                    platform: platform, lengthMax: settings.lengthMax(on: platform), material: [])
                #expect(!set.texts(on: platform).isEmpty)
                for text in set.texts(on: platform) {
                    let filled = text.replacing("{name}", with: "Maximiliane").replacing(
                        "{niche}", with: "digital marketing")
                    #expect(check.form(filled).isEmpty, "\(filled): \(check.form(filled))")
                    #expect(text.contains("{niche}"))
                }
            }
        }
    }
}
