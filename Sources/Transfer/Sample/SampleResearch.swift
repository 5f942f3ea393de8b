import Records
import Time

/// What other people publish: tweets, posts of other platforms, creators.
extension SampleBusiness {
    var research: [InsertStatement] {
        SampleBusiness.statements((0..<600).map(tweet)) + SampleBusiness.statements((0..<400).map(researchPost))
            + SampleBusiness.statements((0..<48).map(creator))
    }

    private static let researchPlatforms = ["tiktok", "instagram", "threads", "facebook"]
    private static let strangerCount = 140

    /// Two in three were seen within the week that trends look at, the rest in the month before.
    private func sighting(_ random: inout SeededRandom) -> Instant {
        ago(minutes: random.chance(66) ? random.int(10...9_900) : random.int(10_200...57_000))
    }

    /// Three of the six niches get most of the talk.
    private func niche(_ random: inout SeededRandom) -> String {
        random.chance(70) ? random.pick(Array(SampleWords.niches.prefix(3))) : random.pick(SampleWords.niches)
    }

    /// The author of a post: now and then one of our contacts, as people spell themselves elsewhere.
    private func author(_ random: inout SeededRandom) -> (handle: String, name: String) {
        if random.chance(25) {
            let person = person(random.int(0...SampleBusiness.contactCount - 1))
            if !person.isBot, person.platform != "gmail" {
                return (random.chance(50) ? person.handle : "@" + person.handle.uppercased(), person.name)
            }
        }
        let index = random.int(0...SampleBusiness.strangerCount - 1)
        return ("sample_voice_\(index)", "Sample Voice \(index)")
    }

    private func tweet(_ index: Int) -> Draft<TwitterResearch> {
        var random = random("tweet", index)
        let niche = niche(&random)
        let author = author(&random)
        let contentType = random.pick(SampleWords.contentTypes)
        let text = SampleWords.title(niche: niche, contentType: contentType, &random)
        let seenAt = sighting(&random)
        let views = random.heavyTailed(median: 2_200, spread: 1.3)
        let likes = views * random.int(5...40) / 1_000
        let followers = random.heavyTailed(median: 1_500, spread: 1.5)
        let retweets = likes * random.int(5...30) / 100
        let replies = likes * random.int(2...20) / 100
        let tweetedAt = seenAt - .seconds(random.int(1...40) * 1_800)
        return Draft {
            $0.id = id("tweet", index)
            $0.tweetID = "sample-\(index)"
            $0.authorHandle = author.handle
            $0.authorDisplayName = author.name
            $0.authorFollowerCount = followers
            $0.tweetText = text
            $0.tweetURL = "https://example.com/twitter/sample/\(index)"
            $0.niche = niche
            $0.searchKeyword = SampleWords.spoken(niche)
            $0.views = views
            $0.likes = likes
            $0.replies = replies
            $0.retweets = retweets
            $0.quotes = retweets / 4
            $0.bookmarks = likes / 3
            $0.contentType = "original"
            $0.tweetDate = tweetedAt
            $0.scrapedAt = seenAt
            $0.researchBatchID = "sample"
            $0.createdAt = seenAt
        }
    }

    private func researchPost(_ index: Int) -> Draft<PlatformResearch> {
        var random = random("research post", index)
        let platform = random.pick(SampleBusiness.researchPlatforms)
        let niche = niche(&random)
        let author = author(&random)
        let contentType = random.pick(SampleWords.contentTypes)
        let text = SampleWords.title(niche: niche, contentType: contentType, &random)
        let views = random.heavyTailed(median: 3_000, spread: 1.4)
        let likes = views * random.int(20...90) / 1_000
        let comments = likes * random.int(2...15) / 100
        let shares = likes * random.int(1...12) / 100
        let seenAt = sighting(&random)
        return Draft {
            $0.id = id("research post", index)
            $0.sourcePlatform = platform
            $0.handle = author.handle
            $0.niche = niche
            $0.postURL = "https://example.com/\(platform)/sample/\(index)"
            $0.postText = text
            $0.likes = likes
            $0.views = views
            $0.comments = comments
            $0.shares = shares
            $0.engagementScore = Double(likes * 3 + shares * 5 + comments * 4) + Double(views) / 10
            $0.scrapedAt = seenAt
        }
    }

    private func creator(_ index: Int) -> Draft<PlatformCreators> {
        var random = random("creator", index)
        let platform = ["twitter", "tiktok", "threads", "instagram"][index % 4]
        let niche = SampleWords.niches[index / 4 % SampleWords.niches.count]
        let text = SampleWords.title(niche: niche, contentType: random.pick(SampleWords.contentTypes), &random)
        let followers = random.heavyTailed(median: 14_000, spread: 1.3)
        let engagement = random.heavyTailed(median: 6_000, spread: 1.1)
        let fit = random.int(20...95)
        return Draft {
            $0.id = id("creator", index)
            $0.platform = platform
            $0.handle = "sample_creator_\(index)"
            $0.displayName = "Sample Creator \(index)"
            $0.niche = niche
            $0.followers = followers
            $0.engagementScore = Double(engagement)
            $0.topPostText = text
            $0.topPostURL = "https://example.com/\(platform)/sample/top\(index)"
            $0.offerMatch =
                niche == "ai_automation" ? ["safari_automation"] : niche == "saas_growth" ? ["saas_consulting"] : []
            $0.icpFitScore = fit
            $0.lastSyncedAt = ago(minutes: random.int(100...30_000))
            $0.createdAt = ago(minutes: 90_000)
        }
    }
}
