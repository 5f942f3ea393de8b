import ActpTesting
import Foundation
import Records
import Testing
import Time
import Transfer

@Suite struct SampleBusinessTests {
    @Test("the same seed and instant give the same rows, and writing them again changes nothing")
    func deterministic() async throws {
        let (first, second) = (try Desk(), try Desk())
        let counts = try await SampleBusiness(now: Desk.now).write(to: first.store)
        _ = try await SampleBusiness(now: Desk.now).write(to: second.store)
        let dump = try await first.dump()
        #expect(try await second.dump() == dump)
        _ = try await SampleBusiness(now: Desk.now).write(to: first.store)
        #expect(try await first.dump() == dump)
        #expect(dump.mapValues(\.count) == counts)
        let other = try Desk()
        _ = try await SampleBusiness(now: Desk.now, seed: 2).write(to: other.store)
        #expect(try await other.dump() != dump)
    }

    @Test("written on a later day it moves to the present")
    func later() async throws {
        let desk = try Desk()
        let business = try await SampleBusiness(now: Desk.now).write(to: desk.store)
        _ = try await SampleBusiness(now: Desk.now + .seconds(3 * 86_400)).write(to: desk.store)
        #expect(try await desk.rows(of: Contacts.self).count == business["crm_contacts"])
        #expect(try await desk.rows(of: TwitterResearch.self).count == business["actp_twitter_research"])
        let snapshots = Set(try await desk.rows(of: YouTubeVideoStats.self).compactMap(\.checkedAt))
        #expect(snapshots.count == 4)
    }

    @Test("every agent finds something to do")
    func somethingForEveryAgent() async throws {
        let desk = try Desk()
        let counts = try await SampleBusiness(now: Desk.now).write(to: desk.store)
        #expect(counts["crm_contacts"] == 500)
        #expect(counts["youtube_video_stats"] == 156)
        #expect(counts["actp_twitter_research"] == 600)
        #expect(counts["actp_platform_research"] == 400)
        #expect(counts["actp_posting_schedule"] == 6)
        let contacts = try await desk.rows(of: Contacts.self)
        #expect(contacts.count { $0.archivedAt != nil } > 5)
        #expect(contacts.count { $0.emailOptedOut == true } > 5)
        #expect(contacts.count { $0.doNotDo != nil } > 5)
        #expect(contacts.count { $0.username.hasPrefix("noreply") } > 0)
        #expect(contacts.count { $0.displayName == "LinkedIn" } > 0)
        let replies = try await desk.rows(of: Interactions.self).filter { $0.type == "dm_reply" }
        let repliesEach = Dictionary(grouping: replies, by: \.contactID).mapValues(\.count)
        #expect(repliesEach.values.count { $0 >= 3 } > 15)
        #expect(repliesEach.values.count { $0 < 3 } > 60)
        #expect(replies.allSatisfy { $0.createdAt <= Desk.now })
        let queue = try await desk.rows(of: MessageQueue.self)
        #expect(Set(queue.compactMap(\.status)) == ["pending", "sent", "failed", "cancelled"])
        #expect(queue.count { $0.platform == "gmail" && $0.status == "pending" } == 2)
        #expect(Set(queue.map(\.contactID)).count == queue.count)
        let performance = try await desk.rows(of: ContentPerformance.self)
        #expect(Set(performance.map(\.platform)) == ["twitter", "threads", "instagram", "tiktok", "linkedin"])
        #expect(performance.allSatisfy { ($0.publishedAt ?? Desk.now) < Desk.now })
    }

    @Test("three niches are talked about on several platforms this week, by some of our contacts too")
    func trends() async throws {
        let desk = try Desk()
        _ = try await SampleBusiness(now: Desk.now).write(to: desk.store)
        let week = Desk.now - .seconds(7 * 86_400)
        let tweets = try await desk.rows(of: TwitterResearch.self).filter { ($0.scrapedAt ?? week) > week }
        let posts = try await desk.rows(of: PlatformResearch.self).filter { ($0.scrapedAt ?? week) > week }
        #expect((300...500).contains(tweets.count))
        let shared = Set(tweets.map(\.niche)).intersection(posts.compactMap(\.niche))
        #expect(shared.count >= 3)
        let handles = Set(try await desk.rows(of: Contacts.self).map { $0.username.lowercased() })
        let authors = Set(tweets.map { $0.authorHandle.lowercased().replacingOccurrences(of: "@", with: "") })
        #expect(authors.intersection(handles).count > 30)
    }

    @Test("a threads week far below its month is there for the saturation check")
    func saturation() async throws {
        let desk = try Desk()
        _ = try await SampleBusiness(now: Desk.now).write(to: desk.store)
        let posts = try await desk.rows(of: ContentPerformance.self).filter { $0.platform == "threads" }
        func mean(days: Int64) -> Double {
            let recent = posts.filter { ($0.publishedAt ?? Desk.now) > Desk.now - .seconds(days * 86_400) }
            return recent.compactMap(\.engagementScore).reduce(0, +) / Double(recent.count)
        }
        #expect(mean(days: 7) / mean(days: 30) < 0.7)
    }

    @Test("a crowd's contact is the same in a crowd of any size, and its pages stay small")
    func crowd() throws {
        let business = SampleBusiness(now: Desk.now)
        let small = Array(business.crowd(contacts: 250))
        let large = Array(business.crowd(contacts: 2_000))
        let contacts = { (statements: [InsertStatement]) in
            statements.filter { $0.table.name == "crm_contacts" }.flatMap(\.rows)
        }
        #expect(contacts(small) == Array(contacts(large).prefix(250)))
        #expect(contacts(large).count == 2_000)
        #expect(large.allSatisfy { $0.rows.count <= Store.pageSize })
        let keys = contacts(large).map { row in
            ["platform", "username"].map { name in row[large[0].columns.firstIndex(of: name) ?? 0] }
        }
        #expect(Set(keys).count == 2_000)
    }
}
