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
}
