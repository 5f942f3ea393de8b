import ActpTesting
import JSON
import Records
import Time

@testable import Agents

extension Bench {
    /// A bench with a render service, and a resonance row that is an opportunity.
    static func rendering(_ renders: ScriptedRenders) async throws -> Bench {
        var bench = try Bench()
        bench.services.renders = renders
        try await bench.resonance("ai_automation", views: 1_000)
        return bench
    }

    func resonance(
        _ niche: String, platform: String = "youtube", type: String = "educational", views: Double, samples: Int = 5
    ) async throws {
        try await store.upsert([
            Draft<NicheResonance> {
                $0.platform = platform
                $0.niche = niche
                $0.offerTag = "safari_automation"
                $0.contentType = type
                $0.avgViews = views
                $0.avgEngagement = 10
                $0.topHookPatterns = ["Don't do \(niche) by hand"]
                $0.sampleCount = samples
                $0.lastUpdated = now
            }
        ])
    }

    /// A job in the table, with a good brief unless told otherwise.
    @discardableResult
    func job(
        _ number: Int, _ status: String, brief: JSON? = nil, _ fill: (inout Draft<GenJobs>) -> Void = { _ in }
    ) async throws -> RowID {
        let good = BriefTemplate.brief(BriefTests.opportunity(), hook: "A hook", durationSecs: 60).json
        var draft = Draft<GenJobs> {
            $0.id = id(number)
            $0.model = "remotion"
            $0.brief = brief ?? good
            $0.status = status
            $0.platform = "tiktok"
            $0.createdAt = now - .seconds(60 * 10) + .seconds(number)
            $0.updatedAt = now - .seconds(60 * 5)
            $0.attempts = status == "queued" ? 0 : 1
            if status == "rendering" { $0.providerJobID = "render of \(id(number))" }
        }
        fill(&draft)
        try await store.insert([draft])
        return id(number)
    }

    func job(_ number: Int) async throws -> Row<GenJobs> {
        guard let row = try await store.first(Query<GenJobs>(limit: 1).filter(\.id == id(number))) else {
            throw TaskError("no job \(number)")
        }
        return row
    }
}
