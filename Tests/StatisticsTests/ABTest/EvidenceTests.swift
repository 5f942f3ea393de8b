import Glibc
import Testing

@testable import Statistics

/// Decisions a2 to a4 and b: what one pair of posts allows to say.
struct EvidenceTests {
    static func counts(_ views: Int, _ likes: Int, retweets: Int = 0, replies: Int = 0) -> PostCounts {
        PostCounts(views: views, likes: likes, replies: replies, retweets: retweets)
    }

    static func history(
        _ a: PostCounts, _ b: PostCounts, hours: Int = 24, flaws: Set<PairHistory.Flaw> = []
    ) -> PairHistory {
        PairHistory(looks: [.init(age: .seconds(hours * 3_600), a: a, b: b)], flaws: flaws)
    }

    private let account = AccountSpread(tau: 0.3, viewSpread: 1, posts: 100)

    // MARK: Grades

    @Test("two posts that cannot be told apart have no evidence (decisions a4)")
    func none() throws {
        let evidence = Evidence(EvidenceTests.history(EvidenceTests.counts(2_000, 24), EvidenceTests.counts(2_100, 27)))
        #expect(evidence.grade == .none)
        let effect = try #require(evidence.effect)
        #expect(!effect.post.excludesZero && effect.pValue == 1 && !effect.isFutile)
    }

    @Test("a post that did better says hardly anything of its hook (decisions a1, a4)")
    func post() throws {
        let a = EvidenceTests.counts(20_000, 200)
        let b = EvidenceTests.counts(20_000, 400)
        let evidence = Evidence(EvidenceTests.history(a, b))
        #expect(evidence.grade == .post)
        #expect(Evidence(EvidenceTests.history(b, a)).grade == .post, "whichever it is")
        let effect = try #require(evidence.effect)
        // The example of the sheet: twice the rate, τ = 0.62, many views.
        #expect(abs(effect.estimate.value - log(2)) < 1e-12)
        #expect((effect.chance(.b) * 100).rounded() == 59)
        #expect(percentChange(effect.worth.mean).rounded() == 5)
        #expect(abs(effect.chance(.a) + effect.chance(.b) - 1) < 1e-12)
    }

    @Test("only a huge difference on a steady account is evidence of the hook by one pair (decisions a4)")
    func hook() {
        let a = EvidenceTests.counts(20_000, 200)
        #expect(Evidence(EvidenceTests.history(a, EvidenceTests.counts(20_000, 900)), account: account).grade == .hook)
        #expect(Evidence(EvidenceTests.history(a, EvidenceTests.counts(20_000, 900))).grade == .post, "τ = 0.62")
    }

    @Test("the niche's tests make it evidence of the niche when the sign agrees (decisions a4, a5)")
    func niche() {
        let wins = NicheEvidence([NicheTest](repeating: NicheTest(logRatio: 0.3, variance: 0.1), count: 12))
        #expect(wins.isSignificant)
        let a = EvidenceTests.counts(20_000, 200)
        let b = EvidenceTests.counts(20_000, 400)
        #expect(Evidence(EvidenceTests.history(a, b), niche: wins, nicheSide: .b).grade == .niche)
        #expect(Evidence(EvidenceTests.history(a, b), niche: wins, nicheSide: .a).grade == .post)
        #expect(Evidence(EvidenceTests.history(b, a), niche: wins, nicheSide: .a).grade == .niche)
        let few = NicheEvidence([NicheTest](repeating: NicheTest(logRatio: 0.3, variance: 0.1), count: 4))
        #expect(Evidence(EvidenceTests.history(a, b), niche: few).grade == .post)
    }

    @Test("exchanging the posts exchanges the claims (decisions a2)")
    func mirrored() throws {
        let (a, b) = (EvidenceTests.counts(3_000, 31, retweets: 2), EvidenceTests.counts(1_200, 40, replies: 9))
        let there = try #require(Evidence(EvidenceTests.history(a, b)).effect)
        let back = try #require(Evidence(EvidenceTests.history(b, a)).effect)
        #expect(abs(there.estimate.value + back.estimate.value) < 1e-12)
        #expect(abs(there.post.lower + back.post.upper) < 1e-12)
        #expect(abs(there.chance(.a) - back.chance(.b)) < 1e-12)
        #expect(there.logRatio(favouring: .a) == -there.estimate.value)
    }

    // MARK: What makes no evidence

    @Test("a missing count is not a count of zero (decisions a2)")
    func unknown() {
        var b = EvidenceTests.counts(2_000, 20)
        b.replies = nil
        let evidence = Evidence(EvidenceTests.history(EvidenceTests.counts(2_000, 20), b))
        #expect(evidence.grade == .unknown && evidence.effect == nil)
        #expect(evidence.sentence() == "Evidence: unknown, not known: replies of post B.")
        #expect(Evidence(PairHistory(looks: [])).grade == .unknown)
    }

    static let insufficient: [(PostCounts, PostCounts, String)] = [
        (counts(99, 20), counts(2_000, 20), "post A has 99 of 100 views"),
        (counts(2_000, 20), counts(412, 0), "0 of 412 views of post B acted"),
        (counts(100, 3), counts(100, 3), "18 of 20 weighted actions"),
    ]

    @Test("below the minimum exposure there is no ratio, but the exact fact (decisions a2, b)", arguments: insufficient)
    func tooLittle(_ a: PostCounts, _ b: PostCounts, _ clause: String) {
        let evidence = Evidence(EvidenceTests.history(a, b))
        #expect(evidence.grade == .insufficient && evidence.effect == nil)
        #expect(evidence.sentence() == "Evidence: insufficient, \(clause).")
    }

    @Test("exactly the minimum is enough (decisions b)")
    func justEnough() {
        let evidence = Evidence(
            EvidenceTests.history(EvidenceTests.counts(100, 4), EvidenceTests.counts(100, 1, retweets: 1)))
        #expect(evidence.grade == .none)
    }

    @Test(
        "a flawed test counts for nothing, whatever its difference (decisions b)", arguments: PairHistory.Flaw.allCases)
    func invalid(_ flaw: PairHistory.Flaw) {
        let evidence = Evidence(
            EvidenceTests.history(
                EvidenceTests.counts(20_000, 200), EvidenceTests.counts(20_000, 900), flaws: [flaw]))
        #expect(evidence.grade == .invalid && evidence.effect == nil && evidence.flaws == [flaw])
        #expect(evidence.sentence() == "Evidence: none, the test is invalid (\(flaw.rawValue)).")
        #expect(NicheTest(evidence, favouring: .a) == nil, "no niche use")
    }

    @Test("a side without a view at 24 h makes the test invalid, earlier it does not (decisions b)")
    func noViews() {
        let (a, b) = (EvidenceTests.counts(0, 0), EvidenceTests.counts(900, 9))
        #expect(Evidence(EvidenceTests.history(a, b)).flaws == [.noViews])
        #expect(Evidence(EvidenceTests.history(a, b, hours: 4)).grade == .insufficient)
    }

    @Test("counts that stand still for three looks while the other side's move make the test invalid (decisions b)")
    func stalled() {
        func look(_ hours: Int, _ a: Int, _ b: Int) -> PairHistory.Look {
            .init(age: .seconds(hours * 3_600), a: EvidenceTests.counts(a, 9), b: EvidenceTests.counts(b, 9))
        }
        #expect(
            Evidence(PairHistory(looks: [look(1, 500, 1), look(4, 500, 2), look(6, 500, 3)])).flaws == [.countsStalled])
        #expect(Evidence(PairHistory(looks: [look(1, 500, 1), look(4, 500, 2), look(6, 501, 3)])).flaws == [])
        #expect(
            Evidence(PairHistory(looks: [look(1, 500, 1), look(4, 500, 1), look(6, 500, 1)])).flaws == [], "both stand")
        #expect(Evidence(PairHistory(looks: [look(1, 500, 1), look(4, 500, 2)])).flaws == [], "two looks are too few")
    }

    // MARK: Notes

    @Test("unequal reach is a note, not a flaw (decisions b)")
    func reach() {
        let small = EvidenceTests.counts(500, 30)
        let within = Evidence(EvidenceTests.history(small, EvidenceTests.counts(8_400, 90)), account: account)
        let beyond = Evidence(EvidenceTests.history(small, EvidenceTests.counts(8_500, 90)), account: account)
        #expect(!within.notes.contains(.reachImbalance), "2·√2 in the logarithm is a factor of 16.9")
        #expect(beyond.notes.contains(.reachImbalance) && beyond.grade != .invalid)
    }

    @Test("defaults are said (decisions a3)")
    func defaults() {
        let history = EvidenceTests.history(EvidenceTests.counts(2_000, 24), EvidenceTests.counts(2_000, 30))
        #expect(Evidence(history).notes == [.burstAssumed, .tauDefault])
        #expect(Evidence(history, account: account).notes == [.burstAssumed])
    }

    @Test(
        "the looks' intervals are intersected for display; when nothing is left the latest stands alone (decisions a4)")
    func running() throws {
        func look(_ hours: Int, _ a: Int, _ b: Int) -> PairHistory.Look {
            .init(
                age: .seconds(hours * 3_600), a: EvidenceTests.counts(hours * 10_000, a),
                b: EvidenceTests.counts(hours * 10_000, b))
        }
        let steady = Evidence(PairHistory(looks: [look(1, 100, 170), look(4, 400, 420)]))
        let effect = try #require(steady.effect)
        #expect(effect.running.upper < effect.post.upper || effect.running.lower > effect.post.lower)
        #expect(effect.running.lower >= effect.post.lower && effect.running.upper <= effect.post.upper)
        #expect(!steady.notes.contains(.modelBroken))

        let broken = Evidence(PairHistory(looks: [look(1, 900, 100), look(8, 1_000, 9_000)]))
        #expect(broken.notes.contains(.modelBroken))
        #expect(broken.effect?.running == broken.effect?.post)
    }

    @Test("at 24 h a post claim within ±15 % means no practical difference (decisions b)")
    func futile() throws {
        let (a, b) = (EvidenceTests.counts(900_000, 30_000), EvidenceTests.counts(900_000, 30_100))
        let evidence = Evidence(EvidenceTests.history(a, b))
        #expect(evidence.effect?.isFutile == true)
        #expect(evidence.sentence().hasPrefix("Evidence: no practical difference between the posts; chance hook B"))
        #expect(Evidence(EvidenceTests.history(a, b, hours: 23)).effect?.isFutile == false)
    }

    // MARK: The sentence

    @Test("one plain sentence, about the rule's winner when there is one (AB-13, decisions a4)")
    func sentence() {
        let evidence = Evidence(
            EvidenceTests.history(EvidenceTests.counts(20_000, 200), EvidenceTests.counts(20_000, 400)))
        #expect(
            evidence.sentence(about: .b)
                == "Evidence: post-level only; chance this hook is better 59 %; about 100 tests in this niche would show a "
                + "+30 % difference.")
        #expect(evidence.sentence(about: .a).contains("chance this hook is better 41 %"))
        #expect(evidence.sentence().contains("chance hook B is better 59 %"))
    }
}
