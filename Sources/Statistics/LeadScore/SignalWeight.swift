/// What one signal does to the ranking of leads: the score computed without it (decisions e, without labels 2).
public struct SignalWeight: Hashable, Sendable {
    public let signal: String
    /// Contacts that have points of it.
    public let contacts: Int
    /// τ_b of the rankings with and without it; `nil` when a ranking is all ties.
    public let tau: Double?
    /// Contacts that are on the other side of the limit without it.
    public let crossings: Int
    /// Of the contacts at or above the limit, the share that only this signal keeps there.
    public let shareOfDecisions: Double

    /// It never moves anybody.
    public var isDead: Bool { crossings == 0 && (tau == nil || tau == 1) }

    /// It alone decides more than half of those above the limit.
    public var isSinglePointOfFailure: Bool { shareOfDecisions > 0.5 }

    /// One for each signal that any breakdown has, by name.
    ///
    /// - Parameter limit: of the stage, 65 (PR-02).
    public static func all(_ breakdowns: [[String: Int]], limit: Int = 65) -> [SignalWeight] {
        let full = breakdowns.map { score($0) }
        let above = full.count { $0 >= limit }
        return Set(breakdowns.flatMap(\.keys)).sorted().map { signal in
            let without = breakdowns.map { score($0.filter { $0.key != signal }) }
            let lost = zip(full, without).count { $0 >= limit && $1 < limit }
            return SignalWeight(
                signal: signal, contacts: breakdowns.count { $0[signal, default: 0] != 0 },
                tau: KendallTau.tauB(full.map(Double.init), without.map(Double.init)),
                crossings: zip(full, without).count { ($0 >= limit) != ($1 >= limit) },
                shareOfDecisions: above > 0 ? Double(lost) / Double(above) : 0)
        }
    }

    /// PR-01: the sum within 0…100.
    private static func score(_ breakdown: [String: Int]) -> Int { min(max(breakdown.values.reduce(0, +), 0), 100) }
}
