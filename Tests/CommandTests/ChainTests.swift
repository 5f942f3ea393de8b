import ActpTesting
import Foundation
import JSON
import Testing
import Time

/// From two imported files to a video's brief, through the program alone: each number on the way is computed again by a
/// script that shares no code with it.
struct ChainTests {
    @Test(
        "made videos and tweets: tags, gaps, recommendations, the order of opportunities and the brief's seconds are Python's (YT-04, YT-06, CM-05…CM-07, RE-01, RE-03)"
    )
    func made() async throws {
        let installation = try Installation()
        try await follow(
            try installation.write(MadeFiles.videos(400), to: "made-videos.csv"),
            try installation.write(MadeFiles.tweets(200), to: "tweets.csv"), in: installation)
    }

    @Test(
        "the real videos and tweets, the same",
        .enabled("skipped where the real figures are not at hand") { RealInputTests.hasRealData })
    func real() async throws {
        try await follow(
            RealInputTests.realData + "/youtube_video_stats.csv", RealInputTests.realData + "/tweets_ai.csv",
            in: try Installation())
    }

    private func follow(_ videos: String, _ tweets: String, in installation: Installation) async throws {
        let dated = installation.directory.file("videos.csv")
        _ = try await installation.python("chain.py", "dated", videos, dated, SystemTime().now().iso8601)
        let nobody = try ClosedPort()
        func run(_ arguments: String...) async throws -> JSON {
            let finished = try await installation.actpd(
                arguments, environment: ["REMOTION_URL": "http://127.0.0.1:\(nobody.number)"])
            #expect(finished.status == 0, "\(arguments): \(finished.error)")
            return finished.json?["result"] ?? .null
        }
        #expect(try await installation.actpd("import", "youtube_video_stats", dated).status == 0)
        #expect(try await installation.actpd("import", "actp_twitter_research", tweets).status == 0)
        _ = try await run("youtube", "full", "--json")
        _ = try await run("trends", "detect", "--json")
        let mix = try await run("content-mix", "recommend", "--json")
        // No renderer is there: the pipeline queues what the brief shows.
        let brief = try await run("remotion", "brief", "--json")
        let pipeline = try await run("remotion", "pipeline", "--json")

        let wanted = try await installation.python(
            "chain.py", "numbers", try await installation.exported("youtube_video_stats"),
            try await installation.exported("actp_twitter_research"), Installation.repository + "/config/actpd.json"
        ).split(separator: "\n").map(String.init)
        let posts = try await installation.actpd("export", "actp_content_performance", "--format", "json").json
        let found =
            (posts?.array ?? []).filter { $0["platform"] == "youtube" }.map(ChainTests.post)
            + (mix["recommendations"]?.array ?? []).compactMap(ChainTests.gap)
            + (brief["opportunities"]?.array ?? []).map(ChainTests.opportunity)
            + [ChainTests.seconds(of: brief["brief"])]
        func lines(_ kind: String, _ lines: [String]) -> [String] { lines.filter { $0.hasPrefix(kind + "|") } }
        #expect(lines("post", found).sorted() == lines("post", wanted).sorted())
        for kind in ["gap", "opportunity", "brief"] {
            #expect(lines(kind, found) == lines(kind, wanted))
            #expect(!lines(kind, wanted).isEmpty, "something to compare")
        }
        #expect(pipeline["brief"] == brief["brief"])
        #expect(pipeline["status"] == "queued")
    }

    // MARK: In the form of chain.py

    private static func post(_ row: JSON) -> String {
        let score = row["engagement_score"]?.double ?? 0
        return line(
            "post", row["external_id"]?.string, row["niche"]?.string, row["content_type"]?.string,
            String(format: "%.3f", score))
    }

    /// `nil` for what fills up the list.
    private static func gap(_ item: JSON) -> String? {
        guard let size = item["gap"]?.double else { return nil }
        let samples = item["sample_count"]?.integer ?? 0
        let views = item["avg_views"]?.double.map { String(format: "%.3f", $0) }
        return line(
            "gap", item["niche"]?.string, String(format: "%.6f", size),
            item["recommended_count"]?.integer.map { "\($0)" }, item["platform"]?.string,
            item["content_type"]?.string, samples == 0 ? "-" : views, "\(samples)")
    }

    /// The rank without the matrix's age, which is seconds.
    private static func opportunity(_ item: JSON) -> String {
        let recency = item["recency_weight"]?.double ?? 0
        #expect(recency > 0.9999 && recency <= 1)
        func number(_ key: String, _ format: String, _ divisor: Double = 1) -> String {
            String(format: format, (item[key]?.double ?? 0) / divisor)
        }
        return line(
            "opportunity", item["niche"]?.string, item["content_type"]?.string, number("rank", "%.6e", recency),
            number("avg_views", "%.3f"), number("avg_engagement", "%.3f"),
            item["sample_count"]?.integer.map { "\($0)" }, item["trending"] == true ? "trends" : "-")
    }

    private static func seconds(of brief: JSON?) -> String {
        let acts = (brief?["script"]?.array ?? []).map { $0["duration_secs"]?.integer.map { "\($0)" } }
        return line("brief", [brief?["hook_secs"]?.integer.map { "\($0)" }] + acts)
    }

    private static func line(_ kind: String, _ parts: String?...) -> String { line(kind, parts) }

    private static func line(_ kind: String, _ parts: [String?]) -> String {
        ([kind] + parts.map { $0 ?? "?" }).joined(separator: "|")
    }
}

extension Installation {
    /// A table as CSV, at the path that comes back.
    func exported(_ table: String) async throws -> String {
        let file = directory.file(table + ".csv")
        #expect(try await actpd("export", table, file).status == 0)
        return file
    }
}
