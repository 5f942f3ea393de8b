import Configuration
import JSON
import Suggestion
import Testing
import Time

/// A configuration with one key of every kind.
private struct Kitchen: Configurable {
    enum Heat: String, WordSetting { case low, medium, high }

    struct Shelf: Configurable, Hashable {
        var label = ""
        var jars = 4
        init() {}
        init(label: String, jars: Int) { (self.label, self.jars) = (label, jars) }
        static let fields: [Field<Shelf>] = [
            Field("label", \.label, isRequired: true, "What stands on it."),
            Field("jars", \.jars, in: 0...12, "How many."),
        ]
    }

    var cooks = 2
    var share = 0.5
    var isOpen = true
    var name = "kitchen"
    var pause = Duration.seconds(90)
    var since: Instant?
    var heat = Heat.medium
    var tools = ["knife"]
    var prices = ["soup": 3.5]
    var shelves: [Shelf] = []
    var extra: JSON = nil
    var pantry = Shelf(label: "pantry", jars: 7)
    var spare: Shelf? = Shelf(label: "spare", jars: 9)

    init() {}

    static let fields: [Field<Kitchen>] = [
        Field("cooks", \.cooks, in: 1...9, "People."),
        Field("share", \.share, in: 0...1, "A share."),
        Field("isOpen", \.isOpen, "Whether guests may come."),
        Field("name", \.name, "What it is called."),
        Field("pause", \.pause, in: .seconds(1)...(.seconds(3_600)), "Between two meals."),
        Field("since", \.since, "When it opened."),
        Field("heat", \.heat, "How hot."),
        Field("tools", \.tools, "What there is."),
        Field("prices", \.prices, "By dish."),
        Field("shelves", \.shelves, "On the wall."),
        Field("extra", \.extra, "Anything."),
        Field("pantry", \.pantry, "Behind the door."),
        Field("spare", \.spare, "In the cellar."),
    ]
}

struct ConfigurationReaderTests {
    private func read(_ text: String) throws(ConfigurationError) -> Kitchen {
        try ConfigurationReader.read(Array(text.utf8), file: "kitchen.json")
    }

    private func problems(_ text: String) -> [String] {
        do {
            _ = try read(text)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test("an empty object is all defaults")
    func defaults() throws {
        #expect(try read("{}").json == Kitchen().json)
    }

    @Test("what is given is taken, what is not keeps its default")
    func given() throws {
        let kitchen = try read(
            """
            { "cooks": 9, "share": 1, "isOpen": false, "name": "ü", "pause": "1h", "since": "2026-03-01T12:00:00+01:00",
              "heat": "high", "tools": [], "shelves": [{ "label": "a" }, { "label": "b", "jars": 0 }] }
            """)
        #expect(kitchen.cooks == 9)
        #expect(kitchen.share == 1)
        #expect(!kitchen.isOpen)
        #expect(kitchen.name == "ü")
        #expect(kitchen.pause == .seconds(3_600))
        #expect(kitchen.since == Instant(iso8601: "2026-03-01T11:00:00Z"))
        #expect(kitchen.heat == .high)
        #expect(kitchen.tools == [])
        #expect(kitchen.prices == ["soup": 3.5])
        #expect(kitchen.shelves.map(\.label) == ["a", "b"])
        #expect(kitchen.shelves.map(\.jars) == [4, 0])
    }

    @Test("an object that names some of its keys leaves the key's other defaults as they are")
    func partialObject() throws {
        let kitchen = try read(#"{ "pantry": { "label": "cold" }, "spare": { "label": "warm" } }"#)
        #expect(kitchen.pantry == .init(label: "cold", jars: 7))
        #expect(kitchen.spare == .init(label: "warm", jars: 9))
        #expect(try read(#"{ "shelves": [{ "label": "new" }] }"#).shelves.map(\.jars) == [4], "a list is replaced")
    }

    static let complaints: [(text: String, says: String)] = [
        (#"{"cooks": 0}"#, "cooks: 0 is outside 1…9"),
        (#"{"cooks": 10}"#, "cooks: 10 is outside 1…9"),
        (#"{"cooks": 1.5}"#, "cooks: a whole number was expected, not a number (1.5)"),
        (#"{"cooks": "2"}"#, "cooks: a whole number was expected, not a string (\"2\")"),
        (#"{"cooks": null}"#, "cooks: a whole number was expected, not null (null)"),
        (#"{"share": 1.01}"#, "share: 1.01 is outside 0…1"),
        (#"{"isOpen": 1}"#, "isOpen: true or false was expected, not a whole number (1)"),
        (#"{"name": ["a"]}"#, "name: a text was expected, not an array"),
        (#"{"pause": "3O s"}"#, "pause: \"3O s\" is not a duration; allowed is \(Duration.textForm)"),
        (#"{"pause": 90}"#, "pause: a duration (\(Duration.textForm)) was expected, not a whole number (90)"),
        (#"{"pause": "2h"}"#, "pause: \"2h\" is outside \"1s\"…\"1h\""),
        (#"{"since": "2026-03-01 12:00"}"#, "since: an ISO 8601 instant such as 2026-03-01T12:00:00Z was expected"),
        (#"{"heat": "hihg"}"#, "heat: \"hihg\" is not one of low, medium, high; did you mean \"high\"?"),
        (#"{"heat": "boiling"}"#, "heat: \"boiling\" is not one of low, medium, high"),
        (#"{"tools": "knife"}"#, "tools: an array was expected, not a string (\"knife\")"),
        (#"{"tools": ["a", 2]}"#, "tools[1]: a text was expected, not a whole number (2)"),
        (#"{"prices": {"soup": "3"}}"#, "prices.soup: a number was expected, not a string (\"3\")"),
        (#"{"shelves": [{}]}"#, "shelves[0]: the key \"label\" is missing"),
        (#"{"shelves": [{"label": "a", "jars": 13}]}"#, "shelves[0].jars: 13 is outside 0…12"),
        (#"{"coosk": 3}"#, "coosk: unknown key, did you mean \"cooks\"?"),
        (#"{"COOKS": 3}"#, "COOKS: unknown key, did you mean \"cooks\"?"),
        (#"{"window": 3}"#, "window: unknown key; allowed are cooks, share, isOpen"),
        ("[]", "an object was expected, not an array"),
        (#"{"cooks": 1, "cooks": 2}"#, "the key \"cooks\" stands twice"),
        (#"{"cooks": 1,}"#, "column 13"),
        ("", "column 1"),
    ]

    @Test("present but malformed is an error that says what was found and what is allowed", arguments: complaints)
    func complains(_ text: String, _ says: String) {
        let found = problems(text)
        #expect(found.count == 1)
        #expect(found.first?.contains(says) == true, "\(found)")
        #expect(found.first?.hasPrefix("kitchen.json:1: ") == true, "\(found)")
    }

    @Test("all problems at once, in the order of the file, each with its line")
    func all() {
        let found = problems(
            """
            {
              "coosk": 3,
              "share": 2,
              "shelves": [
                { "label": "fine" },
                { "jars": "many",
                  "lable": "x" }
              ],
              "heat": "cold"
            }
            """)
        #expect(
            found.map { $0.prefix { $0 != " " } } == [
                "kitchen.json:2:", "kitchen.json:3:", "kitchen.json:6:", "kitchen.json:6:", "kitchen.json:7:",
                "kitchen.json:9:",
            ])
        #expect(found.contains("kitchen.json:6: shelves[1]: the key \"label\" is missing"))
        #expect(found.contains("kitchen.json:7: shelves[1].lable: unknown key, did you mean \"label\"?"))
    }

    @Test("what is found wrong after reading stands at its line, among the others")
    func later() throws {
        let text = "{\n  \"name\": \"\",\n  \"share\": 7\n}"
        do {
            _ = try ConfigurationReader.read(Array(text.utf8), file: "k", as: Named.self) { named, reader in
                if named.name.isEmpty { reader.report("is empty", at: named.place, key: "name") }
            }
            Issue.record("nothing was found")
        } catch {
            #expect(error.problems.map(\.description) == ["k:2: name: is empty", "k:3: share: 7 is outside 0…1"])
        }
    }

    private struct Named: Configurable {
        var name = ""
        var share = 0.0
        var place: ConfigurationPlace?

        static let fields: [Field<Named>] = [
            Field("name", \.name, "A name."), Field("share", \.share, in: 0...1, "A share."),
        ]

        static func read(
            _ node: JSONNode, _ reader: ConfigurationReader, over current: @autoclosure () -> Named
        ) -> Named? {
            guard var named = readFields(node, reader, over: current()) else { return nil }
            named.place = reader.place(of: node)
            return named
        }
    }

    /// A list whose elements are read when everything else is known.
    private struct Menu: Configurable {
        var currency = "?"
        var dishes = LaterList<Kitchen.Shelf>()

        static let fields: [Field<Menu>] = [
            Field("dishes", \.dishes, "Dishes."), Field("currency", \.currency, "Currency."),
        ]
        static let readLater: String? = "dishes"
    }

    private func menu(_ text: String) throws(ConfigurationError) -> (read: [String], problems: [ConfigurationProblem]) {
        try ConfigurationReader.read(Array(text.utf8), file: "m", as: Menu.self) { menu, reader in
            var read: [String] = []
            var found: [ConfigurationProblem] = []
            menu.dishes.forEach(reader) { bytes in
                String(decoding: bytes, as: UTF8.self).contains("known")
            } _: { node in
                let (dish, problems) = reader.collecting { Kitchen.Shelf.read(node, reader) }
                if let dish, problems.isEmpty { read.append(dish.label + menu.currency) }
                found += problems
            }
            return (read, found)
        }
    }

    @Test("elements for later see what stands behind them, can be passed over, and fail by themselves")
    func laterElements() throws {
        let text = """
            { "dishes": [ { "label": "a" }, { "label": "known", "x": 1 },
              { "jars": 13 }, { "label": "b" } ],
              "currency": "€" }
            """
        let (read, problems) = try menu(text)
        #expect(read == ["a€", "b€"])
        #expect(
            problems.map(\.description) == [
                "m:2: dishes[2].jars: 13 is outside 0…12", "m:2: dishes[2]: the key \"label\" is missing",
            ])
    }

    @Test(
        "an element for later that is no JSON is the file's only problem",
        arguments: [
            (#"{ "dishes": [ {}, { "label": x } ], "curency": 1 }"#, "m:1: column 30: a value was expected, not 'x'"),
            (#"{ "dishes": [ {}, { "label": 1 ], "curency": 1 }"#, "m:1: column 32: ',' or '}' was expected, not ']'"),
            (#"{ "dishes": 7 }"#, "m:1: dishes: an array was expected, not a whole number (7)"),
        ])
    func laterFaults(_ text: String, _ says: String) {
        let error = #expect(throws: ConfigurationError.self) { try menu(text) }
        #expect(error?.description == says)
    }

    @Test("a list for later is described like any other, and may be absent")
    func laterList() throws {
        #expect(Menu.schema["properties"]?["dishes"]?["items"] == Kitchen.Shelf.schema)
        #expect(try menu("{}").read.isEmpty)
    }

    @Test("$schema is for editors and ignored")
    func schemaLine() throws {
        #expect(try read(#"{"$schema": "kitchen.schema.json"}"#).json == Kitchen().json)
    }

    @Test("what is written is read back as it was")
    func roundTrip() throws {
        var kitchen = Kitchen()
        kitchen.shelves = [Kitchen.Shelf()]
        kitchen.since = Instant(iso8601: "2026-03-01T12:00:00Z")
        kitchen.pause = .milliseconds(1_500)
        #expect(try read(kitchen.json.indentedText).json == kitchen.json)
    }

    @Test("the schema has each key with its type, its range, its default and its help, and allows no other")
    func schema() {
        let schema = Kitchen.schema
        #expect(schema["additionalProperties"] == false)
        #expect(schema["required"] == nil)
        #expect(Set(schema["properties"]?.object?.keys.map(\.self) ?? []) == Set(Kitchen.fields.map(\.name)))
        #expect(
            schema["properties"]?["cooks"] == [
                "type": "integer", "minimum": 1, "maximum": 9, "default": 2, "description": "People.",
            ])
        #expect(schema["properties"]?["heat"]?["enum"] == ["low", "medium", "high"])
        #expect(schema["properties"]?["heat"]?["default"] == "medium")
        #expect(schema["properties"]?["pause"]?["default"] == "1m30s")
        #expect(schema["properties"]?["pause"]?["minimum"] == nil, "a text has no minimum")
        #expect(schema["properties"]?["since"]?["default"] == nil, "absent by default")
        #expect(schema["properties"]?["shelves"]?["items"]?["required"] == ["label"])
        #expect(schema["properties"]?["shelves"]?["items"]?["properties"]?["label"]?["default"] == nil)
    }

    @Test(
        "the word that was most likely meant: two edits at most, a third of the word at most; a swap is one",
        arguments: [
            ("timout", "timeout"), ("tiemout", "timeout"), ("TIMEOUT", "timeout"), ("lst", "list"), ("tpo", "top"),
            ("drian", "drain"), ("yuotube", "youtube"), ("xyz", nil), ("t", nil), ("", nil), ("timeoutabc", nil),
        ] as [(String, String?)])
    func nearest(_ word: String, _ meant: String?) {
        #expect(word.nearest(in: ["timeout", "list", "top", "drain", "youtube"]) == meant)
    }
}
