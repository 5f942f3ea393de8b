import ActpTesting
import Foundation
import Records
import Testing
import Time
import Transfer

@Suite struct ImportTests {
    @Test("an unquoted empty field is NULL and two quotes are the empty text")
    func nullAndEmpty() async throws {
        let desk = try Desk()
        try desk.write("video_id,title,views\na,,\nb,\"\",0\n", to: "v.csv")
        #expect(try await desk.load("v.csv", into: YouTubeVideoStats.self).imported == 2)
        let rows = try await desk.rows(of: YouTubeVideoStats.self).sorted { $0.videoID < $1.videoID }
        #expect(rows.map(\.title) == [nil, ""])
        #expect(rows.map(\.views) == [nil, 0])
    }

    @Test("an empty field is the empty text where the table has no NULL, but never a key")
    func emptyText() async throws {
        let desk = try Desk()
        try desk.write("tweet_id,author_handle,tweet_text,niche\n1,a,,n\n", to: "t.csv")
        try await desk.load("t.csv", into: TwitterResearch.self)
        #expect(try await desk.rows(of: TwitterResearch.self).map(\.tweetText) == [""])
        try desk.write("tweet_id,author_handle,tweet_text,niche\n,a,t,n\n", to: "t.csv")
        #expect(
            try await desk.refusal(of: "t.csv", into: TwitterResearch.self).hasSuffix(
                "t.csv:2:1: tweet_id: a value was expected, not NULL"))
    }

    @Test(
        "a byte-order mark, CRLF, empty lines and a missing last line end are no matter",
        arguments: [
            "video_id,title\na,A\nb,B\n", "\u{FEFF}video_id,title\r\na,A\r\nb,B\r\n",
            "\nvideo_id,title\n\na,A\n\r\nb,B",
            "\"video_id\",\"title\"\n\"a\",\"A\"\n\"b\",\"B\"", "title,video_id\nA,a\nB,b\r",
        ])
    func variants(text: String) async throws {
        let desk = try Desk()
        try desk.write(text, to: "v.CSV")
        #expect(try await desk.load("v.CSV", into: YouTubeVideoStats.self).read == 2)
        let rows = try await desk.rows(of: YouTubeVideoStats.self).sorted { $0.videoID < $1.videoID }
        #expect(rows.map(\.videoID) == ["a", "b"])
        #expect(rows.map(\.title) == ["A", "B"])
    }

    @Test("columns that the file lacks take their defaults")
    func defaults() async throws {
        let desk = try Desk()
        try desk.write(
            #"[{"platform":"twitter","username":"a"},{"username":"b","platform":"gmail","bio":null}]"#, to: "c.json")
        #expect(try await desk.load("c.json", into: Contacts.self).imported == 2)
        for row in try await desk.rows(of: Contacts.self) {
            #expect(row.pipelineStage == "new")
            #expect(row.createdAt == Desk.now)
            #expect(row.emailOptedOut == false)
        }
    }

    @Test("rows whose key is there are updated in the columns of the file and in no other")
    func upsert() async throws {
        let desk = try Desk()
        try desk.write("platform,username,bio\ntwitter,a,old\ntwitter,a,older\n", to: "c.csv")
        #expect(try await desk.load("c.csv", into: Contacts.self).imported == 2)
        let before = try #require(try await desk.rows(of: Contacts.self).first)
        #expect(before.bio == "older")
        try desk.write("{\"platform\":\"twitter\",\"username\":\"a\",\"email\":\"a@example.com\"}\n", to: "c.ndjson")
        try await desk.load("c.ndjson", into: Contacts.self, now: Desk.now + .seconds(60))
        let after = try await desk.rows(of: Contacts.self)
        #expect(after.count == 1)
        #expect(after.first?.id == before.id)
        #expect(after.first?.createdAt == before.createdAt)
        #expect(after.first?.bio == "older")
        #expect(after.first?.email == "a@example.com")
    }

    @Test("a file without the key's columns adds rows")
    func plainInsert() async throws {
        let desk = try Desk()
        try desk.write("source_platform,handle\ntiktok,a\ntiktok,a\n", to: "p.csv")
        try await desk.load("p.csv", into: PlatformResearch.self)
        try await desk.load("p.csv", into: PlatformResearch.self)
        #expect(try await desk.rows(of: PlatformResearch.self).count == 4)
    }

    @Test("one import of video figures is one snapshot: a repeated video counts once, a later import is another")
    func snapshots() async throws {
        let desk = try Desk()
        try desk.write("video_id,views,checked_at\na,1,\nb,2,\na,3,\n", to: "v.csv")
        try desk.write("video_id,views\na,4\n", to: "w.csv")
        try await desk.load("v.csv", into: YouTubeVideoStats.self)
        try await desk.load("v.csv", into: YouTubeVideoStats.self)
        try await desk.load("w.csv", into: YouTubeVideoStats.self, now: Desk.now + .seconds(3_600))
        let rows = try await desk.rows(of: YouTubeVideoStats.self)
        #expect(rows.filter { $0.checkedAt == Desk.now }.map(\.views).sorted { ($0 ?? 0) < ($1 ?? 0) } == [2, 3])
        #expect(rows.filter { $0.checkedAt == Desk.now + .seconds(3_600) }.map(\.views) == [4])
    }

    @Test(
        "bad rows are reported and skipped when that is asked for",
        arguments: [
            ("v.csv", "video_id,views\na,1\nb,x\nc,3\nd\ne,5\nf,\"6"),
            ("v.json", #"[{"video_id":"a"},{"video_id":2},{"video_id":"c"},{},{"video_id":"e"},{"vid"#),
            ("v.ndjson", "{\"video_id\":\"a\"}\n{\"video\n{\"video_id\":\"c\"}\n[]\n{\"video_id\":\"e\"}\n{"),
        ])
    func skipBad(name: String, text: String) async throws {
        let desk = try Desk()
        try desk.write(text, to: name)
        let report = try await desk.load(name, into: YouTubeVideoStats.self, skippingBadRows: true)
        #expect(report.read == 6)
        #expect(report.imported == 3)
        #expect(report.skipped == 3)
        #expect(report.problems.map(\.line).sorted() == report.problems.map(\.line))
        #expect(report.problemCount == 3)
        #expect(try await desk.rows(of: YouTubeVideoStats.self).map(\.videoID).sorted() == ["a", "c", "e"])
    }

    @Test("a header that does not fit is refused also when bad rows would be skipped")
    func skipBadHeader() async throws {
        let desk = try Desk()
        try desk.write("video_id,zebra\na,1\n", to: "v.csv")
        await #expect(throws: TransferError.self) {
            try await desk.load("v.csv", into: YouTubeVideoStats.self, skippingBadRows: true)
        }
    }

    @Test("more rows than a page arrive whole, in every format", arguments: [1_000, 1_001, 10_000])
    func manyRows(count: Int) async throws {
        for format in TransferFormat.allCases {
            let desk = try Desk()
            let name = "v.\(format.rawValue)"
            let rows = (0..<count).map { number in
                switch format {
                case .csv: "video\(number),\(number)"
                case .json, .ndjson: "{\"video_id\":\"video\(number)\",\"views\":\(number)}"
                }
            }
            switch format {
            case .csv: try desk.write("video_id,views\n" + rows.joined(separator: "\n"), to: name)
            case .json: try desk.write("[" + rows.joined(separator: ",") + "]", to: name)
            case .ndjson: try desk.write(rows.joined(separator: "\n"), to: name)
            }
            #expect(try await desk.load(name, into: YouTubeVideoStats.self).imported == count)
            let stored = try await desk.rows(of: YouTubeVideoStats.self)
            #expect(Set(stored.map(\.videoID)).count == count)
            #expect(stored.allSatisfy { $0.videoID == "video\($0.views ?? -1)" })
        }
    }

    @Test("objects of differing keys keep their order, so that the later one counts")
    func differingKeys() async throws {
        let desk = try Desk()
        try desk.write(
            """
            [{"platform":"x","username":"a","bio":"1"}, {"username":"a","platform":"x","email":"2"},
             {"platform":"x","username":"a","bio":"3"}]
            """, to: "c.json")
        try await desk.load("c.json", into: Contacts.self)
        let rows = try await desk.rows(of: Contacts.self)
        #expect(rows.map(\.bio) == ["3"])
        #expect(rows.map(\.email) == ["2"])
    }

    @Test(
        "real data imports as it is",
        arguments: [("youtube_video_stats", "youtube_video_stats", 61), ("actp_twitter_research", "tweets_ai", 60)])
    func realData(table: String, file: String, count: Int) async throws {
        let desk = try Desk()
        let path = try #require(Bundle.module.path(forResource: file, ofType: "csv", inDirectory: "Data"))
        let report = try await TableImport(path, into: try opened(table), now: Desk.now).run(into: desk.store)
        #expect(report.read == count)
        #expect(report.imported == count)
        #expect(try await desk.dump()[table]?.count == count)
    }
}
