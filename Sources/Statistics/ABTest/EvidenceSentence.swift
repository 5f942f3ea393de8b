extension Evidence {
    /// One plain sentence for the message, after the rule's line of AB-13 (decisions a4).
    ///
    /// - Parameter side: whose hook is spoken of, the rule's winner; without one, the side with the higher rate.
    public func sentence(about side: Side? = nil) -> String {
        let start = "Evidence: "
        switch grade {
        case .invalid: return start + "none, the test is invalid (\(flaws.map(\.rawValue).joined(separator: ", ")))."
        case .unknown: return start + "unknown, \(shortfall)."
        case .insufficient: return start + "insufficient, \(shortfall)."
        case .none, .post, .hook, .niche: break
        }
        guard let effect else { return start + "none." }
        let subject = side ?? (effect.estimate.value < 0 ? .a : .b)
        let hook = side == nil ? "hook \(subject.name)" : "this hook"
        let chance = "chance \(hook) is better \(Evidence.percent(effect.chance(subject)))"
        if effect.isFutile { return start + "no practical difference between the posts; \(chance)." }
        switch grade {
        case .niche: return start + "the tests of this niche agree; \(chance) by this pair alone."
        case .hook: return start + "this pair alone tells the hooks apart; \(chance)."
        case .post: return start + "post-level only; \(chance); \(need)."
        default: return start + "none yet, the posts cannot be told apart; \(chance); \(need)."
        }
    }

    private var need: String {
        let difference = Evidence.percent(Evidence.shownDifference)
        return "about \(testsNeeded) tests in this niche would show a +\(difference) difference"
    }

    /// "59 %", never "100 %" or "0 %" of what is not certain.
    private static func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()).clamped(1, 99)) %" }
}

extension Int {
    fileprivate func clamped(_ low: Int, _ high: Int) -> Int { Swift.min(Swift.max(self, low), high) }
}
