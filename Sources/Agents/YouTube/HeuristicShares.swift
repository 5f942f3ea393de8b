import JSON
import Records
import Time

/// How much of each resonance row rests on keywords alone (decisions f), as of the last recomputation.
struct HeuristicShares {
    private static let topic = "heuristic share"

    private let shares: [String: Double]

    init(_ shares: [ResonanceKey: Double]) {
        self.shares = Dictionary(shares.map { (HeuristicShares.key($0), $1) }, uniquingKeysWith: { $1 })
    }

    /// As remembered.
    init(_ memory: any DomainMemory) throws {
        let entries = try memory.entries(HeuristicShares.topic, since: nil, limit: 10_000)
        shares = Dictionary(
            entries.compactMap { entry in entry.value.double.map { (entry.key, $0) } }, uniquingKeysWith: { $1 })
    }

    func remember(in memory: any DomainMemory, at now: Instant) throws {
        try memory.remember(
            shares.map { MemoryChange(HeuristicShares.topic, $0.key, .number($0.value)) }, at: now)
    }

    subscript(key: ResonanceKey) -> Double? { shares[HeuristicShares.key(key)] }

    func shown(_ key: ResonanceKey) -> JSON { self[key].map(JSON.number) ?? .null }

    private static func key(_ key: ResonanceKey) -> String { "\(key.platform) \(key.niche) \(key.contentType)" }
}

extension Draft where T == NicheResonance {
    var resonanceKey: ResonanceKey {
        ResonanceKey(platform: self.platform ?? "", niche: self.niche ?? "", contentType: self.contentType ?? "")
    }
}

extension Row where T == NicheResonance {
    var resonanceKey: ResonanceKey {
        ResonanceKey(platform: self.platform, niche: self.niche, contentType: self.contentType)
    }
}
