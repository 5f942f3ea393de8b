import JSON
import Testing

@Suite struct JSONTests {
    @Test(
        "a value's text reads back as the same value",
        arguments: [
            JSON.null, true, -1, 9_007_199_254_740_993, 0.1, 1e300, "", "quote \" slash \\ newline \n nul \u{0} 😀 é",
            [], [1, [2, [3]]], [:], ["b": 1, "a": ["x": nil, "y": 1.5]],
        ] as [JSON])
    func roundTrip(value: JSON) throws {
        #expect(try JSON(parsing: value.text) == value)
        #expect(try JSON(parsing: value.indentedText) == value)
    }

    @Test("equal objects have equal texts, whatever the order of their keys")
    func canonical() throws {
        #expect(try JSON(parsing: #"{"b":1, "a":2}"#).text == #"{"a":2,"b":1}"#)
    }

    @Test("escapes and surrogate pairs are read")
    func escapes() throws {
        #expect(try JSON(parsing: #""\ud83d\ude00\u00e9\/\n""#) == "😀é/\n")
    }

    @Test(
        "an error names line, column and what was found",
        arguments: [
            ("", "line 1, column 1: a value was expected, not the end of the file"),
            ("{\"a\": 1,}", "line 1, column 9: a key in double quotes was expected, not '}'"),
            ("{\n  \"a\": 1,\n  \"a\": 2\n}", "line 3, column 3: the key \"a\" stands twice in this object"),
            ("[1 2]", "line 1, column 4: ',' or ']' was expected, not '2'"),
            ("[\"é\", x]", "line 1, column 7: a value was expected, not 'x'"),
            ("[\"abc", "line 1, column 2: the text that begins here has no closing quote"),
            ("01", "line 1, column 1: a number may not begin with a zero"),
            ("1 // no", "line 1, column 3: '/' after the end of the value"),
            ("1e999", "line 1, column 1: the number 1e999 is too large"),
            (#""\ud800""#, "line 1, column 2: half of a surrogate pair is no character"),
            (#""\x""#, #"line 1, column 3: unknown escape; allowed are \" \\ \/ \b \f \n \r \t \uXXXX"#),
        ])
    func errors(text: String, expected: String) {
        #expect { try JSON(parsing: text) } throws: { "\($0)" == expected }
    }

    @Test("bytes that are not UTF-8 are refused, and so is a tower of brackets")
    func hostile() {
        #expect(throws: JSONError.self) { try JSONDocument([34, 0xFF, 34]) }
        #expect(throws: JSONError.self) { try JSONDocument(Array(repeating: UInt8(ascii: "["), count: 100_000)) }
    }

    @Test("text behind an escape is checked like any other")
    func escapedBytes() throws {
        #expect(throws: JSONError.self) { try JSONDocument(Array(#""\n"#.utf8) + [0xC3, 34]) }
        #expect(try JSON(parsing: #""é\n""#) == "é\n")
    }

    /// Lists whose elements a skim passes over: brackets and quotes inside texts, escapes, towers, spaces, no elements.
    static let lists = [
        "[]", "[ ]", "[1]", #"[1, "a]", {"b": "}"}, [[]], null]"#, #"[{"a": "\\"}, {"b": "\""}, ["\\\""]]"#,
        "[ {\n\"a\" : [ {} , [ ] ] } ,\t{} ]", #"[{"é": "ü{"}]"#,
    ]

    @Test("elements that are left for later are the same when they are parsed", arguments: lists)
    func later(_ list: String) throws {
        let bytes = Array(#"{ "before": [1, {}], "list": \#(list), "behind": {"list": [2]} }"#.utf8)
        let (whole, part) = (try JSONDocument(bytes), try JSONDocument(bytes, leaving: "list"))
        #expect(part.root["list"]?.value == [])
        #expect(part.root["before"]?.value == whole.root["before"]?.value)
        #expect(part.root["behind"]?.value == whole.root["behind"]?.value)
        let elements = try part.left.map { try part.node(at: $0) }
        #expect(JSON.array(elements.map(\.value)) == whole.root["list"]?.value)
        guard case .array(let nodes)? = whole.root["list"]?.content else { return }
        #expect(elements.map { part.place(of: $0).column } == nodes.map { whole.place(of: $0).column })
        for (extent, node) in zip(part.left, nodes) {
            let text = part.withBytes(of: extent) { String(decoding: $0, as: UTF8.self) }
            #expect(try JSON(parsing: text) == node.value)
        }
    }

    @Test(
        "what is no JSON has the same error when elements are left for later",
        arguments: [
            #"{"list": [{"a": 1}, {"a": x}, {"b": y}]}"#, #"{"list": [{"a": 1], {}]}"#, #"{"list": [{"a": "b}, {}]}"#,
            #"{"list": [{"a": 1}, {"a" 1}], "x": }"#, #"{"list": [{} {}]}"#, #"{"list": [{},]}"#, #"{"list": [{}"#,
            #"{"list": [x]}"#, #"{"list": [{"a": 1, "a": 2}]}"#, "{\"list\": [{\"a\": \"\n\"}]}", #"{"list": [{]}]}"#,
            #"{"list": [{"a": "\q"}]}"#, #"{"list": [{"a": "\"#, #"{"list": [{}], "list": [{}]}"#,
            #"{"list": [\#(String(repeating: "[", count: 200))\#(String(repeating: "]", count: 200))]}"#,
        ])
    func laterErrors(_ text: String) throws {
        let bytes = Array(text.utf8)
        let strict = #expect(throws: JSONError.self) { try JSONDocument(bytes) }
        let later = #expect(throws: JSONError.self) {
            let document = try JSONDocument(bytes, leaving: "list")
            for extent in document.left { _ = try document.node(at: extent) }
        }
        #expect(later == strict)
    }

    @Test("other kinds of roots and members have nothing to leave")
    func nothingLater() throws {
        for text in ["[1, 2]", "7", #"{"list": {"list": [1]}}"#, #"{"a": {"list": [1]}}"#] {
            let document = try JSONDocument(Array(text.utf8), leaving: "list")
            #expect(document.left.isEmpty)
            #expect(try document.root.value == JSON(parsing: text))
        }
    }

    @Test("lines are counted as places are")
    func lines() throws {
        let document = try JSONDocument(Array("\n[1,\n\n2, \"é\",\n{\"a\":\n3}]".utf8))
        guard case .array(let nodes) = document.root.content, case .object(let members) = nodes[3].content else {
            Issue.record("an array with an object")
            return
        }
        let lines = document.lines
        #expect(([document.root] + nodes + members.map(\.node)).map(lines.number) == [2, 2, 4, 4, 5, 6])
        #expect(nodes.allSatisfy { lines.number(of: $0) == document.place(of: $0).line })
        #expect(lines.number(of: members[0]) == 5)
    }
}
