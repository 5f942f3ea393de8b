import JSON
import Records
import Time

/// What the business publishes: videos, posts, posting hours, tests and render jobs. Nothing that an agent computes
/// (scores, resonance, trends, associations): that is left for the agents to do.
extension SampleBusiness {
    var content: [InsertStatement] {
        SampleBusiness.statements(videos) + SampleBusiness.statements(performance)
            + SampleBusiness.statements(postingSchedule) + SampleBusiness.statements(tests)
            + SampleBusiness.statements(jobs) + SampleBusiness.statements(distributions)
    }

    // MARK: Videos

    private static let videoCount = 120

    /// Every video as it stood this morning; every third also as it stood a week ago, because the newest figures count.
    private var videos: [Draft<YouTubeVideoStats>] {
        let morning = now - .microseconds(now.microseconds.floorModulo(86_400_000_000))
        return (0..<SampleBusiness.videoCount).flatMap { index in
            let today = video(index, checkedAt: morning, share: 1)
            guard index % 3 == 0, index >= 12 else { return [today] }
            return [video(index, checkedAt: morning - .seconds(7 * 86_400), share: 0.9), today]
        }
    }

    private func video(_ index: Int, checkedAt: Instant, share: Double) -> Draft<YouTubeVideoStats> {
        var random = random("video", index)
        let niche = SampleWords.niches[index % SampleWords.niches.count]
        let contentType = random.pick(SampleWords.contentTypes)
        let title = SampleWords.title(niche: niche, contentType: contentType, &random)
        // The first dozen came out this week, so that the trends see them too.
        let age = index < 12 ? random.int(400...9_000) : random.int(12_000...900_000)
        let views = Int(Double(random.heavyTailed(median: 4_000, spread: 1.3)) * share)
        let likes = views * random.int(15...60) / 1_000
        let comments = likes * random.int(2...12) / 100
        let seconds = random.int(45...900)
        let subscribers = views * random.int(1...9) / 1_000
        return Draft {
            $0.id = id("video at \(checkedAt.seconds)", index)
            $0.videoID = "smpl\(String(10_000_000 + index).dropFirst())"
            $0.title = title
            $0.views = views
            // Some owners hide their figures: unknown, not zero.
            $0.likes = index % 23 == 3 ? nil as Int? : likes
            $0.commentsCount = index % 29 == 5 ? nil as Int? : comments
            $0.watchTimeMinutes = Double(views * seconds / 90)
            $0.publishedAt = ago(minutes: age)
            $0.avgViewDurationSecs = Double(seconds) / 2
            $0.impressions = min(views * 12, 2_000_000_000)
            $0.subscribersGained = subscribers
            $0.checkedAt = checkedAt
        }
    }

    // MARK: Published posts

    /// Posts of the last 60 days, by platform. YouTube is missing: the youtube agent fills it in.
    private static let postCounts = [
        ("twitter", 90), ("threads", 70), ("instagram", 40), ("tiktok", 50), ("linkedin", 30),
    ]

    private var performance: [Draft<ContentPerformance>] {
        SampleBusiness.postCounts.flatMap { platform, count in
            (0..<count).map { post(platform, $0, of: count) }
        }
    }

    private func post(_ platform: String, _ index: Int, of count: Int) -> Draft<ContentPerformance> {
        var random = random("post on \(platform)", index)
        // Personal brand is rarer than its target share, so that the content mix finds a gap.
        let niche = random.pick(SampleWords.niches.dropLast() + SampleWords.niches.dropLast() + ["personal_brand"])
        let contentType = random.pick(SampleWords.contentTypes)
        let hours = SampleBusiness.schedule.first { $0.platform == platform }?.hours ?? [12]
        let day = now.seconds.floorDivided(by: 86_400) - Int64(1 + index * 60 / count)
        let publishedAt = Instant(
            seconds: day * 86_400 + Int64(random.pick(hours)) * 3_600 + Int64(random.int(0...50) * 60))
        // Threads has gone quiet this week, which the saturation check is there to notice.
        let isQuiet = platform == "threads" && now - publishedAt < .seconds(8 * 86_400)
        let views = random.heavyTailed(median: isQuiet ? 250 : 900, spread: isQuiet ? 0.4 : 0.9)
        let likes = views * random.int(20...50) / 1_000
        let comments = likes * random.int(3...15) / 100
        return Draft {
            $0.id = id("post on \(platform)", index)
            $0.externalID = "sample-\(platform)-\(index)"
            $0.platform = platform
            $0.niche = niche
            $0.contentType = contentType
            $0.offerTags = SampleBusiness.offers[niche].map { [$0] } ?? ["none"]
            $0.topicTags = ["sample", SampleWords.spoken(niche)]
            $0.title = SampleWords.title(niche: niche, contentType: contentType, &random)
            $0.views = views
            $0.likes = likes
            $0.commentsCount = comments
            $0.engagementScore = Double(likes * 3 + comments * 4) + Double(views) / 10
            $0.publishedAt = publishedAt
            $0.createdAt = publishedAt
        }
    }

    private static let offers = [
        "ai_automation": "safari_automation", "content_creation": "creator_growth", "saas_growth": "saas_consulting",
        "digital_marketing": "digital_agency",
    ]

    // MARK: Posting hours

    /// SC-01. Days count from Monday (K38); YouTube's gap is 48 h, so that Tuesday and Thursday both fit (K32); a range
    /// of posts a day is its upper value (K34).
    private static let schedule: [(platform: String, perDay: Int, hours: [Int], days: [Int64], gap: Int)] = [
        ("twitter", 3, [14, 17, 22], [0, 1, 2, 3, 4], 3), ("threads", 3, [13, 17, 23], [0, 1, 2, 3, 4, 5], 3),
        ("instagram", 2, [15, 20], [1, 2, 3, 4, 5], 8), ("tiktok", 3, [12, 17, 23], [0, 1, 2, 3, 4, 5], 5),
        ("youtube", 1, [15, 18], [1, 3], 48), ("linkedin", 1, [13, 17], [0, 1, 2, 3, 4], 12),
    ]

    private var postingSchedule: [Draft<PostingSchedule>] {
        SampleBusiness.schedule.map { line in
            let slots = line.hours.map { (String($0), ["alpha": 1, "beta": 1] as JSON) }
            return Draft {
                $0.platform = line.platform
                $0.postsPerDay = line.perDay
                $0.bestHours = line.hours.map(Int64.init)
                $0.activeDays = line.days
                $0.minGapHours = line.gap
                $0.thompsonSlots = .object(Dictionary(uniqueKeysWithValues: slots))
                $0.updatedAt = now
            }
        }
    }

    // MARK: Tests and render jobs

    /// Running ones of several ages, so that each window of the checkback has one, and finished ones of each ending.
    private static let testEndings: [(status: String, winner: String?, ageMinutes: Int)] = [
        ("running", nil, 20), ("running", nil, 90), ("running", nil, 300), ("running", nil, 1_500),
        ("complete", "a", 4_400), ("complete", "b", 7_300), ("inconclusive", "tie", 10_100), ("error", nil, 11_600),
    ]

    private var tests: [Draft<ABTests>] {
        SampleBusiness.testEndings.enumerated().map { index, ending in
            var random = random("test", index)
            let niche = SampleWords.niches[index % 5]
            let topic = random.pick(SampleWords.topics[niche] ?? [niche])
            let score = Double(random.int(400...900))
            let factor = ending.winner == "a" ? 1.4 : ending.winner == "b" ? 0.7 : 0.95
            let isMeasured = ending.winner != nil
            // The oldest running one has its figures and waits for the rule.
            let hasFigures = isMeasured || ending.ageMinutes == 1_500
            let metrics: JSON = [
                "views_a": 5_200, "likes_a": 61, "rts_a": 9, "replies_a": 7, "views_b": 4_100, "likes_b": 44,
                "rts_b": 8,
                "replies_b": 6,
            ]
            return Draft {
                $0.id = id("test", index)
                $0.niche = niche
                $0.testMethodA = "blotato"
                $0.testMethodB = "safari"
                $0.variantAText = "Have you ever tried \(topic)? (sample)"
                $0.variantBText = "\(topic) saved me nine hours last week. (sample)"
                $0.postIDA = "sample-post-\(index)"
                $0.postURLA = "https://example.com/twitter/sample/a\(index)"
                $0.postURLB = ending.status == "error" ? nil as String? : "https://example.com/twitter/sample/b\(index)"
                $0.status = ending.status
                $0.winner = ending.winner
                $0.metrics1h = hasFigures ? metrics : nil as JSON?
                $0.metrics4h = hasFigures ? metrics : nil as JSON?
                $0.metrics24h = hasFigures ? metrics : nil as JSON?
                $0.engScoreA = isMeasured ? score * factor : nil as Double?
                $0.engScoreB = isMeasured ? score : nil as Double?
                $0.createdAt = ago(minutes: ending.ageMinutes)
                $0.completedAt = isMeasured ? ago(minutes: ending.ageMinutes - 1_450) : nil as Instant?
                $0.error = ending.status == "error" ? "sample: the second post was refused" : nil as String?
            }
        }
    }

    private static let jobStates = ["queued", "rendering", "complete", "failed", "distributing", "distributed"]

    private var jobs: [Draft<GenJobs>] {
        SampleBusiness.jobStates.enumerated().map { index, status in
            var random = random("job", index)
            let niche = SampleWords.niches[index]
            let hook = SampleWords.title(niche: niche, contentType: "educational", &random)
            let hasOutput = ["complete", "distributing", "distributed"].contains(status)
            return Draft {
                $0.id = id("job", index)
                $0.model = "remotion"
                $0.executor = "template_selector"
                $0.brief = [
                    "niche": .string(niche), "content_type": "educational", "platform": "tiktok", "duration_secs": 60,
                    "hook": .string(hook), "generated_by": "template", "hashtags": ["#sample"], "overlays": [],
                    "script": [],
                ]
                $0.status = status
                $0.outputURL = hasOutput ? "https://example.com/renders/\(index).mp4" : nil as String?
                $0.platform = "tiktok"
                $0.error = status == "failed" ? "sample: the template was not found" : nil as String?
                $0.createdAt = ago(minutes: 600 * (index + 1))
                $0.updatedAt = ago(minutes: 300 * (index + 1))
                $0.providerJobID = status == "queued" ? nil as String? : "sample-render-\(index)"
                $0.attempts = status == "failed" ? 1 : 0
            }
        }
    }

    /// The publish order of the job that is being distributed, done by now, so that the next poll can say so.
    private var distributions: [Draft<WorkflowTasks>] {
        guard let index = SampleBusiness.jobStates.firstIndex(of: "distributing") else { return [] }
        return [
            Draft {
                $0.id = id("distribution", index)
                $0.taskType = "blotato_multi_publish"
                $0.status = "succeeded"
                $0.inputData = [
                    "gen_job_id": .string(id("job", index).text),
                    "platforms": ["tiktok", "instagram", "twitter", "threads"],
                    "video_url": .string("https://example.com/renders/\(index).mp4"),
                ]
                $0.outputData = ["published": [], "publish_count": 4, "failed_platforms": []]
                $0.createdAt = ago(minutes: 240)
                $0.completedAt = ago(minutes: 200)
            }
        ]
    }
}
