import Testing

@testable import Statistics

/// Decisions f: how good niche labels are, from a small sample.
struct LabelQualityTests {
    private func truths(_ counts: [String: Int]) -> [String] {
        counts.sorted { $0.key < $1.key }.flatMap { [String](repeating: $0.key, count: $0.value) }
    }

    @Test("recall weighs each stratum by its size: what the big rest hides counts (decisions f)")
    func recall() throws {
        let quality = LabelQuality.of([
            LabelledStratum(niche: "ai_automation", size: 60, truths: truths(["ai_automation": 27, "other": 3])),
            LabelledStratum(niche: "saas_growth", size: 30, truths: truths(["saas_growth": 12, "ai_automation": 18])),
            LabelledStratum(niche: "other", size: 1_000, truths: truths(["other": 48, "ai_automation": 2])),
        ])
        #expect(quality.map(\.niche) == ["ai_automation", "saas_growth"])
        let ai = try #require(quality.first)
        #expect(ai.precision == 0.9 && ai.sampled == 30)
        // 54 found, of 54 + 18 + 40.
        #expect(abs(try #require(ai.recall) - 54.0 / 112) < 1e-12)
        #expect(quality[1].recall == 1)
    }

    @Test("a niche may be named from a lower bound of 0.6 on (decisions f)")
    func named() {
        func quality(_ right: Int) -> LabelQuality {
            LabelQuality.of([LabelledStratum(niche: "a", size: 99, truths: truths(["a": right, "other": 30 - right]))])[
                0]
        }
        #expect(quality(24).mayBeNamed)
        #expect(!quality(23).mayBeNamed, "77 % of 30 may be 59 %")
        let empty = LabelQuality.of([LabelledStratum(niche: "a", size: 9, truths: [])])[0]
        #expect(!empty.mayBeNamed && empty.recall == nil && empty.precisionInterval == Interval(lower: 0, upper: 1))
    }

    @Test("agreement is told apart from chance; below 0.6 niches are not compared (decisions f)")
    func agreement() {
        #expect(LabelAgreement([("a", "a"), ("b", "b")]).kappa == 1)
        #expect(LabelAgreement([("a", "a"), ("a", "a")]).kappa == nil)
        let chance = LabelAgreement([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")])
        #expect(chance.agreement == 0.5 && chance.kappa == 0 && !chance.isComparable)
    }

    @Test("a sample can be drawn again from its key, and holds nothing twice (decisions f)")
    func sample() {
        let sample = SeededSample.indices(30, of: 1_200, key: "niche/2026-03")
        #expect(sample == SeededSample.indices(30, of: 1_200, key: "niche/2026-03"))
        #expect(sample != SeededSample.indices(30, of: 1_200, key: "niche/2026-04"))
        #expect(Set(sample).count == 30 && sample == sample.sorted() && sample.allSatisfy { (0..<1_200).contains($0) })
        #expect(SeededSample.indices(30, of: 7, key: "") == Array(0..<7))
        #expect(SeededSample.indices(3, of: 0, key: "").isEmpty)
    }

    @Test("every index has the same chance to be drawn")
    func fairness() {
        var counts = [Int](repeating: 0, count: 10)
        for round in 0..<4_000 { for index in SeededSample.indices(3, of: 10, key: "\(round)") { counts[index] += 1 } }
        // 1,200 each, standard deviation 29.
        #expect(counts.allSatisfy { abs($0 - 1_200) < 145 }, "\(counts)")
    }
}
