import Agents
import JSON
import Testing

@testable import Services

/// What is read out of a model's text, what is held against it, and what it is shown.
struct AnswerTextTests {
    @Test(
        "an object is found whole, whatever stands around it",
        arguments: [
            #"{"a":"}"}"#, "```json\n{\"a\":\"}\"}\n```", #"Of {course}: {"a":"}"} and {more}"#,
            #"As in [1], {"a":"}"}."#, #"{ {"a":"}"}"#,
        ])
    func object(_ text: String) { #expect(AnswerText.json(in: text) == ["a": "}"]) }

    @Test("what is no object is none", arguments: ["", "no", "{", "{\"a\":", "{a}", "}{", #"{"a":"}"#])
    func none(_ text: String) { #expect(AnswerText.json(in: text) == nil) }

    @Test("a text of a hundred thousand braces is given up at once")
    func braces() {
        #expect(AnswerText.json(in: String(repeating: "{", count: 100_000)) == nil)
        #expect(AnswerText.json(in: String(repeating: "{x} ", count: 50_000)) == nil)
    }

    @Test("an answer is held against its schema, each problem with its place")
    func schema() {
        let schema: JSON = [
            "type": "object", "additionalProperties": false, "required": ["items", "niche"],
            "properties": [
                "niche": ["type": "string", "enum": ["ai", "saas"]],
                "note": ["type": ["string", "null"]],
                "items": [
                    "type": "array",
                    "items": [
                        "type": "object", "additionalProperties": false, "required": ["id"],
                        "properties": ["id": ["type": "integer"], "share": ["type": "number"]],
                    ],
                ],
            ],
        ]
        func problems(_ value: JSON) -> [String] { SchemaCheck.problems(value, schema) }
        let items: JSON = [["id": 1, "share": 0.5], ["id": 2, "share": 1]]
        #expect(problems(["niche": "ai", "items": items, "note": nil]) == [])
        #expect(problems([]).count == 1)
        #expect(problems(["items": []]) == ["the answer has no \"niche\""])
        #expect(problems(["niche": "x", "items": []]) == ["the answer.niche is \"x\", not one of \"ai\", \"saas\""])
        let wrongID = problems(["niche": "ai", "items": [["id": "1"]]])
        #expect(wrongID.count == 1 && wrongID[0].hasPrefix("the answer.items[0].id is"))
        let more = problems(["niche": "ai", "items": [], "more": 1])
        #expect(more.count == 1 && more[0].contains("not asked for"))
    }

    @Test("addresses, keys and invisible words of others do not reach the model")
    func outside() {
        let bio =
            "Ada, ada.l+x@mail.example.co.uk\u{202E}\u{E0049}\u{E0067} 👩‍🔬 eyJhbGciOiJIUzI1.eyJzdWIiOiIx.abc\u{7}"
        let text = PromptText(
            ModelPrompt(
                .fast, "Use sk-ant-abcdefghijklmnop1234 well.", material: [.init("bio", bio)], schema: [:]))
        #expect(!text.system.contains("sk-ant-abc"))
        #expect(text.user.contains("Ada, [address] 👩‍🔬 "))
        #expect(!text.user.contains("eyJ") && !text.user.unicodeScalars.contains("\u{E0049}"))
        #expect(!text.user.unicodeScalars.contains("\u{202E}") && !text.user.unicodeScalars.contains("\u{7}"))
    }

    @Test("a list of a thousand contacts is cut, however it is given")
    func contactList() {
        let padding = String(repeating: "y", count: 200)
        let pieces = (0..<1_000).map { ModelPrompt.Material("contact", "Person \($0) \(padding)") }
        let one = ModelPrompt.Material("contacts", pieces.map(\.text).joined(separator: "\n"))
        for material in [pieces, [one]] {
            let text = PromptText(ModelPrompt(.fast, "Sum up.", material: material, schema: [:]))
            #expect(text.user.count < PromptText.materialMax * 2 && text.user.contains("Person 30 "))
            #expect(!text.user.contains("Person 900"))
        }
    }

    @Test("a long word without end is cleaned in no time")
    func longWords() {
        let words = [String(repeating: "a", count: 9_000), String(repeating: "7", count: 9_000)]
        for word in words {
            let text = PromptText(ModelPrompt(.fast, "", material: [.init("x", word)], schema: [:]))
            #expect(text.user.contains(word.prefix(PromptText.pieceMax)))
        }
    }
}
