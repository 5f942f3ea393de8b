import ActpTesting
import Foundation
import JSON
import Testing

/// From a file to an answer, through the program alone, checked against a computation that shares no code with it.
struct RealInputTests {
    /// Real figures lie beside the checkout on the developers' machines; the project ships none of them.
    static let realData = Installation.repository + "/../shared/data"
    static let hasRealData = FileManager.default.fileExists(atPath: realData + "/youtube_video_stats.csv")

    @Test("1,200 made videos: all are tagged, then none, and the matrix is what Python computes")
    func madeVideos() async throws {
        let installation = try Installation()
        let file = try installation.write(MadeFiles.videos(1_200), to: "videos.csv")
        try await analyze(file, in: installation)
    }

    @Test(
        "the 1,200 real videos, the same",
        .enabled("skipped where the real figures are not at hand") { hasRealData })
    func realVideos() async throws {
        try await analyze(RealInputTests.realData + "/youtube_video_stats.csv", in: try Installation())
    }

    private func analyze(_ file: String, in installation: Installation) async throws {
        let imported = try await installation.actpd("import", "youtube_video_stats", file)
        #expect(imported.status == 0, "\(imported.error)")
        #expect(imported.output.contains("youtube_video_stats: 1200 rows imported"))
        let first = try await installation.actpd("--run-now", "youtube", "full", "--json")
        #expect(first.status == 0, "\(first.error)")
        #expect(first.json?["result"]?["tagged"] == 1_200)
        let second = try await installation.actpd("--run-now", "youtube", "full", "--json")
        #expect(second.json?["result"]?["tagged"] == 0)
        #expect(second.json?["result"]?["unchanged"] == 1_200)
        let status = try await installation.actpd("--status", "--json")
        #expect(status.json?["results"]?.array?.map { $0["status"] } == ["ok", "ok"])

        let posts = try await export("actp_content_performance", installation)
        let matrix = try await export("actp_niche_resonance", installation)
        let wanted = try await installation.python("resonance.py", posts)
        let found = try await installation.python("matrix.py", matrix)
        #expect(wanted.split(separator: "\n").count > 8, "a matrix worth comparing")
        if let difference = Golden.difference(wanted, found) { Issue.record("\(difference)") }
        #expect(first.json?["result"]?["groups"] == JSON(wanted.split(separator: "\n").count))
    }

    @Test("made videos and tweets: the trends on two platforms are those that Python finds")
    func madeTrends() async throws {
        let installation = try Installation()
        try await detect(
            videos: try installation.write(MadeFiles.videos(300), to: "videos.csv"),
            tweets: try installation.write(MadeFiles.tweets(200), to: "tweets.csv"), in: installation)
    }

    @Test(
        "the real videos and tweets, the same",
        .enabled("skipped where the real figures are not at hand") { hasRealData })
    func realTrends() async throws {
        try await detect(
            videos: RealInputTests.realData + "/youtube_video_stats.csv",
            tweets: RealInputTests.realData + "/tweets_ai.csv", in: try Installation())
    }

    private func detect(videos: String, tweets: String, in installation: Installation) async throws {
        #expect(try await installation.actpd("import", "youtube_video_stats", videos).status == 0)
        #expect(try await installation.actpd("import", "actp_twitter_research", tweets).status == 0)
        let detected = try await installation.actpd("trends", "detect", "--json")
        #expect(detected.status == 0, "\(detected.error)")
        let wanted = try await installation.python(
            "trends.py", try await export("youtube_video_stats", installation),
            try await export("actp_twitter_research", installation), Installation.repository + "/config/actpd.json")
        let trends = detected.json?["result"]?["trends"]?.array ?? []
        let found = trends.compactMap(RealInputTests.line).sorted()
        #expect(found == wanted.split(separator: "\n").map(String.init).sorted())
        #expect(!found.isEmpty)
        let stored = try await installation.actpd("export", "actp_cross_platform_trends", "--format", "json")
        #expect(
            Set(stored.json?.array?.compactMap { $0["niche"]?.string } ?? [])
                == Set(trends.compactMap { $0["niche"]?.string }))
    }

    /// A trend in the form of trends.py.
    private static func line(_ trend: JSON) -> String? {
        guard let niche = trend["niche"]?.string, let platforms = trend["platforms"]?.array,
            let posts = trend["total_posts"]?.integer, let total = trend["total_engagement"]?.double,
            let strength = trend["trend_strength"]?.double
        else { return nil }
        let names = platforms.compactMap { $0["platform"]?.string }.joined(separator: ",")
        return "\(niche)|\(names)|\(posts)|\(String(format: "%.3f|%.3f", total, strength))"
    }

    private func export(_ table: String, _ installation: Installation) async throws -> String {
        let file = installation.directory.file(table + ".csv")
        #expect(try await installation.actpd("export", table, file).status == 0)
        return file
    }
}

extension Installation {
    /// Runs a script of `Data` and returns what it printed.
    func python(
        _ script: String, _ arguments: String..., by interpreter: String = Installation.python
    ) async throws -> String {
        let process = try ChildProcess(
            interpreter, [TestData.path(script)] + arguments, environment: environment,
            directory: directory.path)
        let ending = try await process.ended()
        guard ending == .exited(0) else {
            throw ChildProcess.Failure(description: "\(script): \(ending)\n\(process.standardError)")
        }
        return process.standardOutput
    }
}

/// Files as a user has them, always the same.
enum MadeFiles {
    private static let openings = [
        "How to build an AI agent with Claude", "My SaaS startup grew from zero",
        "The YouTube hook that changed everything",
        "Email marketing funnel review", "Why every creator needs a sponsor", "A day in the life, my story",
        "GPT vs Claude, the \"honest\" comparison", "Churn results, before and after", "Thumbnail setup walkthrough",
        "Nothing of note", "SEO tips for beginners", "n8n workflow automation tutorial",
    ]

    /// `video_id,title,views,likes,comments_count,published_at`, with quotes, hidden figures and large numbers.
    static func videos(_ count: Int) -> String {
        var numbers = Numbers(seed: 11)
        var text = "video_id,title,views,likes,comments_count,published_at\n"
        for index in 0..<count {
            let title = openings[numbers.next(below: openings.count)] + ", part \(index)"
            let views = numbers.next(below: 5_000_000)
            let likes = numbers.next(below: 10) == 0 ? "" : "\(views / (20 + numbers.next(below: 30)))"
            let comments = numbers.next(below: 12) == 0 ? "" : "\(views / (200 + numbers.next(below: 300)))"
            let day = 1 + numbers.next(below: 28)
            text += "video\(index),\"\(title.replacingOccurrences(of: "\"", with: "\"\""))\",\(views),\(likes),"
            text += "\(comments),2025-0\(1 + numbers.next(below: 9))-\(day < 10 ? "0" : "")\(day)T12:00:00Z\n"
        }
        return text
    }

    /// Tweets, some filed under a niche and some to be judged by their words.
    static func tweets(_ count: Int) -> String {
        var numbers = Numbers(seed: 23)
        var text = "tweet_id,author_handle,tweet_text,niche,likes,retweets,replies,tweet_date\n"
        for index in 0..<count {
            let opening = openings[numbers.next(below: 6)].replacingOccurrences(of: ",", with: "")
            let niche = ["ai_automation", "saas_growth", ""][numbers.next(below: 3)]
            text += "\(1_000 + index),author\(index % 17),\(opening) \(index),\(niche),\(numbers.next(below: 900)),"
            text += "\(numbers.next(below: 90)),\(numbers.next(below: 50)),2026-01-02T03:04:05Z\n"
        }
        return text
    }

    /// Knuth's linear generator: the same numbers everywhere.
    private struct Numbers {
        private var state: UInt64

        init(seed: UInt64) { state = seed }

        mutating func next(below limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
    }
}
