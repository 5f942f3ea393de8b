import Glibc

/// The way from the looks of a pair to its effect (decisions a2 to a4).
struct PairCalculation {
    enum Outcome {
        /// Without an effect, the clause says why.
        case unknown(String)
        case insufficient(String)
        case effect(Evidence.Effect, Set<Evidence.Note>)
    }

    let history: PairHistory
    let account: AccountSpread
    let medianBurst: Double
    let settings: EvidenceSettings

    var corrections: Int { Side.allCases.map { PostSlices(history.counts($0)).corrections }.reduce(0, +) }

    var outcome: Outcome {
        guard let last = history.looks.last else { return .unknown("there are no counts yet") }
        let missing = Side.allCases.compactMap { side in
            let names = last.counts(side).missing
            return names.isEmpty ? nil : "\(names.joined(separator: ", ")) of post \(side.name)"
        }
        guard missing.isEmpty, let a = last.a.weighted, let b = last.b.weighted else {
            return .unknown("not known: \(missing.joined(separator: "; "))")
        }
        if let clause = shortfall(a, b) { return .insufficient(clause) }
        guard let now = claims(upTo: history.looks.count) else { return .insufficient("no ratio can be formed") }
        return effect(now, a, b)
    }

    /// Why the counts do not make a ratio. The exact fact for a side without actions (a2), then the minimum exposure (b).
    private func shortfall(_ a: WeightedActions, _ b: WeightedActions) -> String? {
        for (side, post) in [(Side.a, a), (.b, b)] where post.views < Double(settings.minimumViews) {
            return "post \(side.name) has \(Int(post.views)) of \(settings.minimumViews) views"
        }
        for (side, post) in [(Side.a, a), (.b, b)] where post.sum == 0 {
            return "0 of \(Int(post.views)) views of post \(side.name) acted"
        }
        guard a.sum + b.sum < settings.minimumActions else { return nil }
        return "\(Int(a.sum + b.sum)) of \(Int(settings.minimumActions)) weighted actions"
    }

    /// δ after the first `count` looks, with the burst factors known then; `nil` while a side is not comparable.
    private func claims(upTo count: Int) -> PairClaims? {
        func post(_ side: Side) -> (counts: WeightedActions, burst: Double)? {
            let looks = Array(history.counts(side).prefix(count))
            guard let post = looks.last?.weighted, post.isComparable(settings.minimumViews) else { return nil }
            return (post, PostSlices(looks).burstFactor(post) ?? max(1, medianBurst))
        }
        guard let a = post(.a), let b = post(.b) else { return nil }
        return PairClaims(a.counts, b.counts, burst: (a.burst, b.burst), expectedViews: history.expectedViews)
    }

    private func effect(_ now: PairClaims, _ a: WeightedActions, _ b: WeightedActions) -> Outcome {
        let alpha = settings.alpha
        let post = now.post(alpha: alpha)
        let intervals = (1...history.looks.count).compactMap { claims(upTo: $0)?.post(alpha: alpha) }
        let common = intervals.reduce(Interval(lower: -.infinity, upper: .infinity) as Interval?) {
            $0?.intersection($1)
        }
        let effect = Evidence.Effect(
            rateA: a.rate, rateB: b.rate, estimate: now.estimate, post: post, running: common ?? post,
            hook: now.hook(alpha: alpha, account: account), pValue: now.estimate.pValue(alpha: alpha),
            eValue: now.estimate.eValue(alpha: alpha), worth: now.worth(account, hookSpread: settings.hookSpread),
            isFutile: (history.looks.last?.age ?? .zero) >= .day && post.isWithin(settings.practicalMargin))
        var notes: Set<Evidence.Note> = []
        if account.isDefault { notes.insert(.tauDefault) }
        if common == nil { notes.insert(.modelBroken) }
        // Looks that are read for the burst factor are those with all counts.
        if Side.allCases.contains(where: { burstFactor(of: history.counts($0)) == nil }) { notes.insert(.burstAssumed) }
        // b, exposure check: a note, not a flaw.
        if abs(log(a.views / b.views)) > 2 * 2.0.squareRoot() * account.viewSpread { notes.insert(.reachImbalance) }
        return .effect(effect, notes)
    }
}

/// What two posts at one moment allow to claim (decisions a4).
struct PairClaims {
    /// δ = ln ρ_B − ln ρ_A with s² = φ_A·q_A/y_A² + φ_B·q_B/y_B², in units of views.
    let estimate: AnytimeEstimate

    init(_ a: WeightedActions, _ b: WeightedActions, burst: (a: Double, b: Double), expectedViews: Double) {
        estimate = AnytimeEstimate(
            value: log(b.rate) - log(a.rate), variance: burst.a * a.logVariance + burst.b * b.logVariance,
            units: a.views + b.views, expectedUnits: expectedViews)
    }

    /// P, about the posts: δ ± half(α).
    func post(alpha: Double) -> Interval { estimate.interval(alpha: alpha) }

    /// H, about the hooks: δ ± [half(α/2) + z_(1−α/4)·√2·τ], α shared by the two sources of error.
    func hook(alpha: Double, account: AccountSpread) -> Interval {
        let between = account.quantile(1 - alpha / 4) * 2.0.squareRoot() * account.tau
        return Interval(center: estimate.value, half: estimate.halfWidth(alpha: alpha / 2) + between)
    }

    /// The worth of the decision: θ ~ N(0, σ_h²) beforehand, V = s² + 2τ².
    func worth(_ account: AccountSpread, hookSpread: Double) -> EffectPosterior {
        EffectPosterior(
            estimate: estimate.value, variance: estimate.variance + 2 * account.tau * account.tau, priorSD: hookSpread)
    }
}

extension Side {
    /// As people read it.
    var name: String { rawValue.uppercased() }
}
