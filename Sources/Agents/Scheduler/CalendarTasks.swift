import JSON
import Records
import Statistics
import Time

/// The calendar of the coming week, and the windows for direct messages.
enum CalendarTasks {
    // MARK: weekly-calendar

    /// Plans Monday to Sunday of the coming week without conflicts (SC-06…SC-10, SC-18), also as iCalendar.
    static func week(_ context: TaskContext) async throws -> TaskResult {
        let rhythms = try await rhythms(context)
        let monday = CivilDate.nextMonday(after: context.now.daysSinceEpoch)
        let recent = try await SchedulerTasks.recentPosts(context, days: 7)
        let last = Dictionary(recent.map { ($0.platform, $0.at) }, uniquingKeysWith: max)
        let slots = rhythms.flatMap { rhythm in
            self.slots(rhythm, monday: monday, last: last[rhythm.platform], now: context.now)
        }
        let settings = context.settings
        let rules = CalendarRules(settings.postingSchedule)
        // Niches without a target are planned only where no other is left.
        var shares = settings.contentMix.targets
        for niche in Vocabulary.niches where shares[niche] == nil { shares[niche] = 0 }
        let before = recent.compactMap { post in
            post.niche.map { PlannedPost(platform: post.platform, at: post.at, niche: $0) }
        }
        let plan = WeekPlan(slots, before: before, shares: shares, rules: rules)
        let types = try await contentTypes(context)
        let entries = plan.posts.map { post in
            CalendarEntry(post: post, contentType: types(post.niche, post.platform))
        }
        var result = TaskResult(table(entries), data: ["slots": .array(entries.map(\.shown))])
        result.data["week"] = .string(CivilDate.isoWeek(daysSinceEpoch: monday))
        result.data["conflicts"] = JSON(conflicts(plan.posts, rules))
        result.degraded = plan.empty.map {
            "\($0.platform) \($0.at.iso8601): left empty, every niche would stand too close to another post of it"
        }
        try await writeCalendar(entries, monday, context, &result)
        result.alerts = try capacity(plan.posts, rhythms, monday, context)
        return result
    }

    static func rhythms(_ context: TaskContext) async throws -> [PostingRhythm] {
        let rows = try await SchedulerTasks.rows(context.store)
        return context.settings.postingSchedule.rhythms.map { start in
            rows[start.platform].map { PostingRhythm($0, start: start) } ?? start
        }
    }

    /// The platform's slots of that week, a gap away from what was posted and from what is planned until then (K32).
    private static func slots(
        _ rhythm: PostingRhythm, monday: Int, last: Instant?, now: Instant
    ) -> [WeekPlan.Slot] {
        let tomorrow = now.daysSinceEpoch + 1
        let until = rhythm.instants(from: tomorrow, days: monday - tomorrow, after: last).last ?? last
        return rhythm.instants(from: monday, days: 7, after: until).map {
            WeekPlan.Slot(platform: rhythm.platform, at: $0)
        }
    }

    /// Posts that stand in each other's way after all, for the result: none.
    private static func conflicts(_ posts: [PlannedPost], _ rules: CalendarRules) -> [String] {
        posts.indices.flatMap { index in
            posts[(index + 1)...].compactMap { other in
                rules.conflict(posts[index], other).map {
                    "\($0): \(posts[index].platform) \(posts[index].at.iso8601), \(other.platform) \(other.at.iso8601)"
                }
            }
        }
    }

    /// The best content type of a niche on a platform: by the matrix, else by the offer map (CM-02, CM-06).
    private static func contentTypes(
        _ context: TaskContext
    ) async throws -> (_ niche: String, _ platform: String) -> String {
        var best: [ResonanceKey: (type: String, views: Double)] = [:]
        try await context.store.eachPage(of: NicheResonance.self) { page in
            for row in page {
                for platform in [row.platform, ""] {
                    let key = ResonanceKey(platform: platform, niche: row.niche, contentType: "")
                    let views = row.avgViews ?? 0
                    let known = best[key]
                    if known.map({ ($0.views, row.contentType) < (views, $0.type) }) ?? true {
                        best[key] = (row.contentType, views)
                    }
                }
            }
        }
        let offers = context.settings.contentMix.offers
        return { niche, platform in
            best[ResonanceKey(platform: platform, niche: niche, contentType: "")]?.type
                ?? best[ResonanceKey(platform: "", niche: niche, contentType: "")]?.type
                ?? offers.first { $0.niche == niche }?.contentTypes.first ?? "educational"
        }
    }

    private static func table(_ entries: [CalendarEntry]) -> String {
        guard !entries.isEmpty else { return "no platform has posting hours; scheduler init writes them" }
        return TextTable.render(
            ["AT", "PLATFORM", "NICHE", "CONTENT TYPE"],
            entries.map { [$0.post.at.iso8601, $0.post.platform, $0.post.niche, $0.contentType] })
    }

    private static func writeCalendar(
        _ entries: [CalendarEntry], _ monday: Int, _ context: TaskContext, _ result: inout TaskResult
    ) async throws {
        guard let path = context.arguments.text("ics") else { return }
        let week = CivilDate.isoWeek(daysSinceEpoch: monday)
        let text = ICalendar.text(
            entries.map { entry in
                ICalendar.Event(
                    id: "\(entry.post.platform)-\(entry.post.at.seconds)", at: entry.post.at,
                    title: "\(entry.post.platform): \(entry.post.niche)",
                    text: "\(entry.contentType) about \(entry.post.niche) on \(entry.post.platform)")
            }, name: "Posts of \(week)", now: context.now)
        result.data["ics"] = .string(path)
        guard !context.isDryRun else { return }
        guard let files = context.services.files else {
            throw TaskError("\(path) cannot be written here: files are written from the command line only")
        }
        try files.write(text, to: path)
        result.summary += "\nwritten to \(path)"
    }

    private static let capacityTopic = "capacity"

    /// SC-12, K39: told once a week, when days are planned up to their limit.
    private static func capacity(
        _ posts: [PlannedPost], _ rhythms: [PostingRhythm], _ monday: Int, _ context: TaskContext
    ) throws -> [Alert] {
        let full = rhythms.compactMap { rhythm -> (platform: String, days: Int, limit: Int)? in
            let perDay = Dictionary(
                grouping: posts.filter { $0.platform == rhythm.platform }, by: \.at.daysSinceEpoch)
            let days = perDay.values.count { $0.count >= rhythm.postsPerDay }
            return days > 0 ? (rhythm.platform, days, rhythm.postsPerDay) : nil
        }
        guard !full.isEmpty, !context.isDryRun,
            try context.memory.claim(
                capacityTopic, CivilDate.isoWeek(daysSinceEpoch: monday), [:], at: context.now)
        else { return [] }
        return [.capacityReached(full)]
    }

    // MARK: dm-schedule

    /// Contacts whose next window lies within the next hours, the most valuable first (SC-11, SC-20).
    static func messages(_ context: TaskContext) async throws -> TaskResult {
        let hours = context.arguments.integer("hours") ?? 24
        let end = context.now + .seconds(hours * 3_600)
        let outreach = context.settings.outreach
        let open = Set(
            try await context.store.values(
                of: \MessageQueue.contactID, where: .isOneOf(\.status, ["pending", "sending"])))
        let bots = BotFilter(context.settings.prospect.bots)
        var entries: [MessageWindow] = []
        try await context.store.eachPage(of: ProspectScores.self, where: \.nextTouchAt < end) { page in
            let due = page.filter { !open.contains($0.contactID) }
            let contacts = try await context.store.fetch(
                Query<Contacts>(limit: Store.pageSize)
                    .filter(.isOneOf(\.id, due.map(\.contactID)) && .isNull(\.archivedAt)))
            let byID = Dictionary(contacts.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
            for score in due {
                guard let contact = byID[score.contactID], !bots.isBot(contact),
                    let rhythm = outreach.rhythm(of: score.funnelStage),
                    let at = rhythm.nextWindow(from: max(context.now, score.nextTouchAt ?? context.now)), at < end
                else { continue }
                entries.append(
                    MessageWindow(
                        contact: RankedContact(contact, stage: score.funnelStage, score: score.score), at: at,
                        touch: score.nextTouchType))
            }
        }
        entries.sort { ($0.rank, $0.at, $0.contact.id) < ($1.rank, $1.at, $1.contact.id) }
        let data: [String: JSON] = ["contacts": .array(entries.map(\.shown)), "hours": JSON(hours)]
        guard !entries.isEmpty else {
            return TaskResult(
                "nobody has a window in the next \(hours) hours; prospect score-all sets the times", data: data)
        }
        let table = TextTable.render(
            ["AT", "NAME", "STAGE", "SCORE", "PLATFORM", "TOUCH"],
            entries.map {
                [
                    $0.at.iso8601, $0.contact.name.clipped(to: 40), $0.contact.stage, String($0.contact.score),
                    $0.contact.platform, $0.touch ?? "",
                ]
            })
        return TaskResult(table, data: data)
    }
}

/// A post of the calendar with what it should be.
struct CalendarEntry: Hashable, Sendable {
    let post: PlannedPost
    let contentType: String

    var shown: JSON {
        [
            "platform": .string(post.platform), "at": .string(post.at.iso8601), "niche": .string(post.niche),
            "content_type": .string(contentType),
        ]
    }
}

/// When a contact can be written to next.
struct MessageWindow {
    let contact: RankedContact
    let at: Instant
    let touch: String?

    /// Decision before consideration before awareness, then the higher score.
    var rank: Int {
        let stage = ["decision", "consideration", "awareness"].firstIndex(of: contact.stage) ?? 3
        return stage * 1_000 - contact.score
    }

    var shown: JSON {
        .object(
            contact.members.merging([
                "at": .string(at.iso8601), "next_touch_type": touch.map(JSON.string) ?? nil,
            ]) { $1 })
    }
}

extension OutreachSettings {
    /// The rhythm of a stage; `nil` for one that is none of the three (D12).
    fileprivate func rhythm(of stage: String) -> Rhythm? {
        switch stage {
        case "decision": decision
        case "consideration": consideration
        case "awareness": awareness
        default: nil
        }
    }
}
