import Time
import Transfer

extension Benchmark {
    static let youtube = Benchmark("youtube", "youtube full over 1,200 made videos") { bench in
        let site = try Site(bench, "youtube")
        defer { site.remove() }
        let file = site.directory + "/videos.csv"
        try Scratch.write(VideoText.csv(videos: 1_200), to: file)
        try site.run("import", "youtube_video_stats", file)
        let first = try site.run("--run-now", "youtube", "full")
        let again = try site.run("--run-now", "youtube", "full")
        return [
            Figure("youtube full, 1,200 new videos", first.seconds, .seconds, below: 2),
            Figure("youtube full, 1,200 known videos", again.seconds, .seconds, below: 2),
        ]
    }

    static let `import` = Benchmark("import", "a made CSV file of 200,000 videos") { bench in
        let site = try Site(bench, "import")
        defer { site.remove() }
        let file = site.directory + "/videos.csv"
        try Scratch.write(VideoText.csv(videos: 200_000), to: file)
        let megabytes = Double(try Scratch.size(of: file)) / 1e6
        let (seconds, end) = try site.run("import", "youtube_video_stats", file)
        return [
            Figure(
                "import", megabytes / seconds, .megabytesPerSecond,
                note: "\(Figure.shown(megabytes)) MB, 200,000 rows in \(Figure.shown(seconds)) s"),
            Figure("import: peak resident memory", end.peakMegabytes, .megabytes),
        ]
    }
}

/// Made videos as a CSV file that `actpd import` reads.
enum VideoText {
    private static let openings = [
        "How to", "10 lessons about", "Stop wasting time on", "The truth about", "Why I quit", "My honest review of",
        "A beginner's guide to", "3 mistakes with", "What nobody tells you about", "\"\"I tried\"\" 30 days of",
    ]
    private static let subjects = [
        "AI automation", "personal finance", "growing on TikTok", "SwiftUI", "cold outreach", "dating apps",
        "building a SaaS, alone", "morning routines", "studying for exams", "travelling with one bag", "your CRM",
    ]

    static func csv(videos: Int) -> String {
        var random = SeededRandom(seed: 7)
        var text = "video_id,title,views,likes,comments_count,published_at\n"
        for index in 0..<videos {
            let title = "\(random.pick(openings)) \(random.pick(subjects)) (part \(random.int(1...90)))"
            let views = random.int(100...2_000_000)
            let published = Instant(seconds: 1_546_300_800 + Int64(random.int(0...200_000_000))).iso8601
            let id = "v\(index)_\(random.int(100_000...999_999))"
            text += "\(id),\"\(title)\",\(views),\(views / 20),\(views / 400),\(published)\n"
        }
        return text
    }
}
