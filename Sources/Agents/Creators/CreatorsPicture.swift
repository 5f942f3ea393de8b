import JSON
import Records

/// The creators that are known, by how many people follow them and by platform, and those that fit best.
struct CreatorsPicture {
    /// Followers from which a tier begins, as the trade names them.
    static let tiers = [
        (name: "nano", from: 0), (name: "micro", from: 10_000), (name: "mid", from: 100_000),
        (name: "macro", from: 500_000), (name: "mega", from: 1_000_000),
    ]

    private var byTier: [String: [String: Int]] = [:]
    private var unknown = 0
    private var top = TopList<RankedCreator>(8) { ($1.fit, $0.handle) < ($0.fit, $1.handle) }
    private var fitting = 0
    private let seedAboveFit: Int

    /// - Parameter seedAboveFit: the fit above which a creator is added to the CRM (CR-10).
    init(seedAboveFit: Int) { self.seedAboveFit = seedAboveFit }

    static func tier(followers: Int) -> String { tiers.last { followers >= $0.from }?.name ?? tiers[0].name }

    mutating func add(_ row: Row<PlatformCreators>) {
        if (row.icpFitScore ?? 0) > seedAboveFit { fitting += 1 }
        top.insert(RankedCreator(row))
        guard let followers = row.followers else {
            unknown += 1
            return
        }
        byTier[CreatorsPicture.tier(followers: followers), default: [:]][row.platform, default: 0] += 1
    }

    var json: JSON {
        [
            "tiers": .array(
                CreatorsPicture.tiers.map { tier in
                    [
                        "tier": .string(tier.name), "from": JSON(tier.from),
                        "by_platform": JSON(counts: byTier[tier.name] ?? [:]),
                    ]
                }),
            "unknown": JSON(unknown), "fitting": JSON(fitting), "fit_above": JSON(seedAboveFit),
            "best": .array(top.elements.map(\.json)),
        ]
    }

    static func read(_ context: TaskContext) async throws -> JSON {
        var picture = CreatorsPicture(seedAboveFit: context.settings.creators.seedAboveFit)
        let isWhole = try await context.store.eachUpToLimit(of: PlatformCreators.self) { picture.add($0) }
        return picture.json.markedPartial(unless: isWhole)
    }
}
