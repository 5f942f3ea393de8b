import Agents
import JSON
import Records
import Time

/// Rows with defaults, so that a test writes only what it is about.
enum Rows {
    static func contact(
        _ number: Int, _ platform: String = "twitter", username: String? = nil, name: String? = nil,
        _ fill: (inout Draft<Contacts>) -> Void = { _ in }
    ) -> Draft<Contacts> {
        Draft {
            $0.id = id(number)
            $0.platform = platform
            $0.username = username ?? "user\(number)"
            $0.displayName = name
            $0.pipelineStage = "qualified"
            fill(&$0)
        }
    }

    static func interaction(
        _ contact: Int, _ type: String, _ direction: String = "inbound", daysAgo: Double = 0, content: String? = nil,
        metadata: JSON = [:]
    ) -> Draft<Interactions> {
        Draft {
            $0.contactID = id(contact)
            $0.type = type
            $0.direction = direction
            $0.content = content
            $0.metadata = metadata
            $0.createdAt = Bench.noon - .seconds(daysAgo * 86_400)
        }
    }

    static func conversation(
        _ contact: Int, _ message: String, direction: String? = nil, at: Instant? = Bench.noon
    ) -> Draft<Conversations> {
        Draft {
            $0.contactID = id(contact)
            $0.platform = "twitter"
            $0.lastMessage = message
            $0.lastMessageDirection = direction
            $0.lastMessageAt = at
        }
    }

    static func video(
        _ videoID: String, _ title: String, views: Int? = 100, likes: Int? = 10, comments: Int? = 1,
        checkedAt: Instant = Bench.noon
    ) -> Draft<YouTubeVideoStats> {
        Draft {
            $0.videoID = videoID
            $0.title = title
            $0.views = views
            $0.likes = likes
            $0.commentsCount = comments
            $0.checkedAt = checkedAt
        }
    }

    static func tweet(
        _ tweetID: String, by author: String = "ada", niche: String = "ai_automation", likes: Int = 0, views: Int = 0,
        text: String = "a tweet", daysAgo: Double = 0, _ fill: (inout Draft<TwitterResearch>) -> Void = { _ in }
    ) -> Draft<TwitterResearch> {
        Draft {
            $0.tweetID = tweetID
            $0.authorHandle = author
            $0.tweetText = text
            $0.niche = niche
            $0.likes = likes
            $0.views = views
            $0.scrapedAt = Bench.noon - .seconds(daysAgo * 86_400)
            fill(&$0)
        }
    }

    static func post(
        _ platform: String, by handle: String? = nil, niche: String? = nil, likes: Int = 0, text: String = "a post",
        daysAgo: Double = 0
    ) -> Draft<PlatformResearch> {
        Draft {
            $0.sourcePlatform = platform
            $0.handle = handle
            $0.niche = niche
            $0.likes = likes
            $0.postText = text
            $0.scrapedAt = Bench.noon - .seconds(daysAgo * 86_400)
        }
    }
}
