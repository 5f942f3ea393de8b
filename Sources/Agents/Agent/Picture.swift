public import JSON
public import Records
public import Time

extension AgentCatalog {
    /// What a domain looks like at a moment, for people: computed from the tables and from what the domain remembers, never
    /// stored. The agent's own tables only, and nothing is written.
    ///
    /// An object: `domain`, `at` and the picture's own keys; `partial` when there were more rows than a picture reads.
    ///
    /// - Parameters:
    ///   - store: with every table; it is narrowed to what the agent declares.
    ///   - memory: the domain's.
    /// - Throws: ``StoreError`` when the tables or the memory cannot be read.
    public static func picture(
        of domain: Domain, at now: Instant, store: Store, settings: Settings, memory: any DomainMemory
    ) async throws -> JSON {
        let agent = agent(domain)
        let scoped = store.scoped(
            to: domain.rawValue, reads: (agent?.reads ?? []).union(agent?.writes ?? []), writes: [])
        let context = TaskContext(
            now: now, store: scoped, arguments: try Arguments([:], for: []), settings: settings, memory: memory,
            isDryRun: true)
        return try await read(domain)(context)
            .with("domain", .string(domain.rawValue)).with("at", .string(now.iso8601))
    }

    private static func read(_ domain: Domain) -> (TaskContext) async throws -> JSON {
        switch domain {
        case .prospect: ProspectPicture.read
        case .abTester: ABTesterPicture.read
        case .scheduler: SchedulerPicture.read
        case .contentMix: ContentMixPicture.read
        case .youtube: YouTubePicture.read
        case .trends: TrendsPicture.read
        case .creators: CreatorsPicture.read
        case .outreach: OutreachPicture.read
        case .remotion: RemotionPicture.read
        }
    }
}

/// How much a picture reads of one table: whoever looks must not wait for a million rows.
enum PictureLimit {
    /// Rows that are counted.
    static let rows = 100_000
    /// Things that are shown one by one.
    static let shown = 24
}

extension Store {
    /// Hands the matching rows to `body` one by one, in the order of the table's paging key.
    ///
    /// - Returns: false when there are more than ``PictureLimit/rows``, which were left out.
    func eachUpToLimit<T>(
        of table: T.Type = T.self, where predicate: Predicate<T> = .always, _ body: (Row<T>) -> Void
    ) async throws -> Bool {
        var count = 0
        do {
            try await eachPage(of: table, where: predicate) { page in
                for row in page {
                    guard count < PictureLimit.rows else { throw LimitReached() }
                    count += 1
                    body(row)
                }
            }
        } catch is LimitReached {
            return false
        }
        return true
    }
}

private struct LimitReached: Error {}

extension JSON {
    /// Counts by name.
    init(counts: [String: Int]) { self = .object(counts.mapValues { JSON($0) }) }

    /// `null` for what is not known.
    init(orNull value: Double?) { self = value.map(JSON.number) ?? .null }
    init(orNull value: String?) { self = value.map(JSON.string) ?? .null }
    init(orNull value: Instant?) { self = value.map { .string($0.iso8601) } ?? .null }

    /// The picture with the mark that rows were left out.
    func markedPartial(unless isWhole: Bool) -> JSON { isWhole ? self : with("partial", true) }
}
