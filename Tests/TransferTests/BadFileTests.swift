import ActpTesting
import Foundation
import Glibc
import Records
import Testing
import Time
import Transfer

/// A file that must be refused, and the whole text of the refusal below its first line.
struct BadFile: Sendable, CustomStringConvertible {
    let description: String
    let name: String
    let bytes: [UInt8]
    let problems: [String]

    init(_ description: String, _ name: String, _ text: String, _ problems: String...) {
        self.init(description, name, Array(text.utf8), problems)
    }

    init(_ description: String, _ name: String, _ bytes: [UInt8], _ problems: [String]) {
        self.description = description
        self.name = name
        self.bytes = bytes
        self.problems = problems
    }
}

@Suite struct BadFileTests {
    @Test(
        "a bad file is refused with file, line and column, and the store is as it was", arguments: csv + json + ndjson)
    func refused(bad: BadFile) async throws {
        let desk = try Desk()
        try await desk.store.insert([Draft<YouTubeVideoStats> { $0.videoID = "there before" }])
        let before = try await desk.dump()
        try desk.write(bad.bytes, to: bad.name)
        let refusal = try await desk.refusal(of: bad.name, into: YouTubeVideoStats.self)
        #expect(refusal.split(separator: "\n").dropFirst().map(String.init) == bad.problems)
        #expect(refusal.hasPrefix("\(bad.name): nothing was imported"))
        #expect(try await desk.dump() == before)
    }

    private static let allowed = """
        allowed are id, video_id, title, views, likes, comments_count, watch_time_minutes, published_at, \
        avg_view_duration_secs, impressions, ctr, subscribers_gained, revenue_usd, checked_at, check_bucket
        """
    private static let int4 = "a whole number from -2147483648 to 2147483647"
    private static let int8 = "a whole number from -9223372036854775808 to 9223372036854775807"
    private static let good = "video_id,title,likes\na,A,1\n"

    private static let csv = [
        BadFile("empty", "v.csv", "", "v.csv:1:1: the file is empty; a header of column names was expected"),
        BadFile(
            "only empty lines", "v.csv", "\n\r\n", "v.csv:1:1: the file is empty; a header of column names was expected"
        ),
        BadFile(
            "a missing column", "v.csv", "title,likes\nA,1\n",
            "v.csv:1:1: the header lacks video_id, which every row needs"),
        BadFile(
            "an unknown column", "v.csv", "video_id,likez\na,1\n",
            "v.csv:1:10: \"likez\": no column of youtube_video_stats; did you mean likes? \(allowed)"),
        BadFile(
            "a column nobody knows", "v.csv", "video_id,\"zebra, striped\"\na,1\n",
            "v.csv:1:10: \"zebra, striped\": no column of youtube_video_stats; \(allowed)"),
        BadFile(
            "a column twice", "v.csv", "video_id,likes,likes\na,1,1\n",
            "v.csv:1:16: \"likes\": the column stands twice in the header"),
        BadFile("too few fields", "v.csv", good + "b,B\nc,C,3\n", "v.csv:3:1: 2 fields where the header has 3"),
        BadFile("too many fields", "v.csv", good + "b,B,2,\n", "v.csv:3:1: 4 fields where the header has 3"),
        BadFile(
            "a cut-off last line", "v.csv", good + "b,B",
            "v.csv:3:1: 2 fields where the header has 3; the file may have been cut off here"),
        BadFile(
            "a last line cut off inside quotes", "v.csv", good + "b,\"Some ti",
            "v.csv:3:3: title: the quote opened here is never closed: the file was cut off, or a quote is missing"),
        BadFile(
            "a letter in a number", "v.csv", good + "b,B,12a4\n", "v.csv:3:5: likes: \(int4) was expected, not \"12a4\""
        ),
        BadFile("a fraction", "v.csv", good + "b,B,1.0\n", "v.csv:3:5: likes: \(int4) was expected, not \"1.0\""),
        BadFile(
            "a number beyond PostgreSQL's integer", "v.csv", good + "b,B,2147483648\n",
            "v.csv:3:5: likes: \(int4) was expected, not \"2147483648\""),
        BadFile(
            "numbers beyond everything", "v.csv", "video_id,views\na,-9223372036854775809\nb,99999999999999999999\n",
            "v.csv:2:3: views: \(int8) was expected, not \"-9223372036854775809\"",
            "v.csv:3:3: views: \(int8) was expected, not \"99999999999999999999\""),
        BadFile(
            "the empty text as a number", "v.csv", good + "b,B,\"\"\n",
            "v.csv:3:5: likes: \(int4) was expected, not \"\""),
        BadFile(
            "no number of a kind that JSON knows", "v.csv", "video_id,ctr\na,inf\nb,0x1p3\nc,1e999\n",
            "v.csv:2:3: ctr: a finite decimal number such as 12.5 was expected, not \"inf\"",
            "v.csv:3:3: ctr: a finite decimal number such as 12.5 was expected, not \"0x1p3\"",
            "v.csv:4:3: ctr: a finite decimal number such as 12.5 was expected, not \"1e999\""),
        BadFile(
            "bad uuids and instants", "v.csv",
            "id,video_id,published_at\nx,a,2026-02-30T00:00:00Z\n,b,2026-03-01T12:00\n",
            "v.csv:2:1: id: a uuid such as 0190a1b2-0000-4000-8000-000000000000 was expected, not \"x\"",
            "v.csv:2:5: published_at: an instant with its zone such as 2026-03-01T12:00:00Z was expected, "
                + "not \"2026-02-30T00:00:00Z\"",
            "v.csv:3:1: id: a value was expected, not NULL; leave the column out where its default will do",
            "v.csv:3:4: published_at: an instant with its zone such as 2026-03-01T12:00:00Z was expected, "
                + "not \"2026-03-01T12:00\""),
        BadFile(
            "NULL where none may be", "v.csv", good + ",B,2\n", "v.csv:3:1: video_id: a value was expected, not NULL"),
        BadFile(
            "not UTF-8", "v.csv", Array(good.utf8) + Array("b,Gr".utf8) + [0xFC] + Array("n,2\n".utf8),
            ["v.csv:3:5: title: the byte 0xFC is no UTF-8; the file must be UTF-8"]),
        BadFile(
            "not UTF-8, quoted and behind multi-byte characters", "v.csv",
            Array(good.utf8) + Array("b,\"Ä\n€".utf8) + [0xE2, 0x82] + Array("\",2\n".utf8),
            ["v.csv:4:2: title: the byte 0xE2 is no UTF-8; the file must be UTF-8"]),
        BadFile(
            "text behind a closing quote", "v.csv", good + "b,\"B\" x,2\nc,C,x\n",
            "v.csv:3:6: title: text after a closing quote; a quote inside a quoted field is written twice",
            "v.csv:4:5: likes: \(int4) was expected, not \"x\""),
        BadFile(
            "a quote inside an unquoted field", "v.csv", good + "b,B\"x\",2\n",
            "v.csv:3:4: title: a quote inside an unquoted field; put the field in quotes and write the quote twice"),
        BadFile(
            "NUL", "v.csv", good + "b,B\u{0},2\nc,\"C\u{0}\",2\n",
            "v.csv:3:4: title: a NUL character; text may hold any other",
            "v.csv:4:5: title: a NUL character; text may hold any other"),
        BadFile(
            "a lone carriage return", "v.csv", good + "b,B\rc,2\n",
            "v.csv:3:4: title: a carriage return without a line feed; lines end in LF or CRLF"),
        BadFile(
            "what was found is shortened to one line", "v.csv",
            good + "b,B,\"\(String(repeating: "x\n", count: 50))\"\n",
            "v.csv:3:5: likes: \(int4) was expected, not \"\(String(repeating: "x·", count: 20))…\""),
        BadFile(
            "lines are counted through quoted line ends", "v.csv",
            "video_id,title,likes\r\na,\"A\r\n\r\nA\",1\r\nb,é,?\r\n",
            "v.csv:5:5: likes: \(int4) was expected, not \"?\""),
    ]

    private static let json = [
        BadFile("empty", "v.json", " \n", "v.json:2:1: the file is empty; a JSON array of objects was expected"),
        BadFile(
            "one object", "v.json", "{}",
            "v.json:1:1: a JSON array of objects was expected, not '{'; one object a line is the format ndjson"),
        BadFile("no object", "v.json", "[\n 1]", "v.json:2:2: an object was expected, not a whole number"),
        BadFile(
            "everything that is wrong with an object", "v.json",
            "[\n  {\"likez\": 1, \"views\": \"many\",\n   \"likes\": 2147483648, \"ctr\": null}\n]",
            "v.json:2:4: \"likez\": no column of youtube_video_stats; did you mean likes? \(allowed)",
            "v.json:2:25: views: \(int8) was expected, not \"many\"",
            "v.json:3:13: likes: \(int4) was expected, not 2147483648",
            "v.json:2:3: the object lacks video_id, which every row needs"),
        BadFile(
            "a key twice", "v.json", #"[{"video_id":"a","video_id":"b"}]"#,
            "v.json:1:18: not JSON: the key \"video_id\" stands twice in this object"),
        BadFile(
            "a comma too many", "v.json", #"[{"video_id":"a"},]"#,
            "v.json:1:19: an object was expected before this comma or bracket"),
        BadFile(
            "a comma missing", "v.json", "[{\"video_id\":\"a\"}\n{\"video_id\":\"b\"}]",
            "v.json:2:1: not JSON: '{' after the end of the value"),
        BadFile(
            "cut off inside an object", "v.json", "[{\"video_id\":\"a\"},\n{\"video_id\":\"b",
            "v.json:2:13: not JSON: the text that begins here has no closing quote; the file may have been cut off here"
        ),
        BadFile(
            "cut off between objects", "v.json", "[{\"video_id\":\"a\"},\n",
            "v.json:2:1: the file ends inside the array; it was cut off"),
        BadFile(
            "something behind the array", "v.json", "[]\n[]", "v.json:2:1: '[' after the end of the array"),
        BadFile(
            "NUL", "v.json", #"[{"video_id":"a\u0000"}]"#,
            "v.json:1:14: video_id: a NUL character (\\u0000); text may hold any other"),
        BadFile(
            "not UTF-8", "v.json", Array("[{\"video_id\":\"ä".utf8) + [0xFF] + Array("\"}]".utf8),
            ["v.json:1:16: the byte 0xFF is no UTF-8; the file must be UTF-8"]),
    ]

    private static let ndjson = [
        BadFile(
            "a bad line in the middle", "v.ndjson", "{\"video_id\":\"a\"}\n{\"video_id\":}\n\n{\"video_id\":7}\n",
            "v.ndjson:2:13: not JSON: a value was expected, not '}'",
            "v.ndjson:4:13: video_id: a string was expected, not 7"),
        BadFile(
            "a cut-off last line", "v.jsonl", "{\"video_id\":\"a\"}\n{\"video_",
            "v.jsonl:2:2: not JSON: the text that begins here has no closing quote; the file may have been cut off here"
        ),
    ]

    @Test("a column that the database computes is refused with its reason")
    func generated() async throws {
        let desk = try Desk()
        try desk.write("tweet_id,author_handle,tweet_text,niche,engagement_score\n1,a,t,n,5\n", to: "t.csv")
        let refusal = try await desk.refusal(of: "t.csv", into: TwitterResearch.self)
        #expect(
            refusal == """
                t.csv: nothing was imported
                t.csv:1:41: "engagement_score": the database computes this column itself, as (likes * 1.0 + replies * 3.0 \
                + retweets * 5.0 + quotes * 7.0 + bookmarks * 2.0) / CASE WHEN views > 1 THEN views ELSE 1 END * 1000.0; \
                leave it out
                """)
    }

    @Test("bad booleans, JSON and lists are refused")
    func otherTypes() async throws {
        let desk = try Desk()
        try desk.write("platform,username,email_opted_out\ntwitter,a,yes\n", to: "c.csv")
        #expect(
            try await desk.refusal(of: "c.csv", into: Contacts.self).hasSuffix(
                "c.csv:2:11: email_opted_out: true or false (also t, f, 1, 0) was expected, not \"yes\""))
        try desk.write(
            "platform,best_hours,thompson_slots\ntwitter,[1.5],{\ntwitter,[14],\"{\"\"14\"\":}\"\n", to: "p.csv")
        #expect(
            try await desk.refusal(of: "p.csv", into: PostingSchedule.self) == """
                p.csv: nothing was imported: 2 bad rows of 2
                p.csv:2:9: best_hours: a JSON array of whole numbers from -2147483648 to 2147483647 was expected, not [1.5]
                p.csv:2:15: thompson_slots: JSON was expected, not "{" (line 1, column 2: a key in double quotes was expected, \
                not the end of the file)
                p.csv:3:14: thompson_slots: JSON was expected, not "{"14":}" (line 1, column 7: a value was expected, not '}')
                """)
        try desk.write("external_id,platform,offer_tags\na,twitter,\"[\"\"a\"\",null]\"\n", to: "o.csv")
        #expect(
            try await desk.refusal(of: "o.csv", into: ContentPerformance.self).hasSuffix(
                "o.csv:2:11: offer_tags: a JSON array of strings was expected, not [\"a\",null]"))
    }

    @Test("the first twenty problems are listed and all are counted")
    func manyProblems() async throws {
        let desk = try Desk()
        try desk.write("video_id,views\n" + String(repeating: "a,x\n", count: 1_234), to: "v.csv")
        let lines = try await desk.refusal(of: "v.csv", into: YouTubeVideoStats.self).split(separator: "\n")
        #expect(lines.first == "v.csv: nothing was imported: 1234 bad rows of 1234")
        #expect(lines.count == 22)
        #expect(lines.last == "and 1214 more")
    }

    @Test("a file that cannot be read says why")
    func unreadable() async throws {
        let desk = try Desk()
        #expect(try await desk.refusal(of: "none.csv", into: Contacts.self) == "none.csv: No such file or directory")
        #expect(
            try await desk.refusal(of: "table.xlsx", into: Contacts.self)
                == "table.xlsx: the extension names no format; allowed are .csv, .json, .ndjson")
        try FileManager.default.createDirectory(
            atPath: desk.directory.file("d.csv"), withIntermediateDirectories: false)
        #expect(try await desk.refusal(of: "d.csv", into: Contacts.self) == "d.csv: Is a directory")
        #expect(mkfifo(desk.directory.file("p.csv"), 0o600) == 0)
        #expect(
            try await desk.refusal(of: "p.csv", into: Contacts.self)
                == "p.csv: a pipe or terminal; a file is needed, because it is read twice")
    }

    @Test("what the store refuses names the lines it was among, and nothing is imported")
    func storeRefuses() async throws {
        let desk = try Desk()
        try desk.write(
            "contact_id,platform\n0190a1b2-0000-4000-8000-000000000000,gmail\n", to: "conversations.csv")
        let refusal = try await desk.refusal(of: "conversations.csv", into: Conversations.self)
        #expect(
            refusal.hasPrefix(
                "conversations.csv: nothing was imported: the store refused a row at line 2: store: missing reference"))
        #expect(try await desk.dump().isEmpty)
    }
}
