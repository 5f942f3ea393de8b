import Statistics

/// What made data is drawn with: the same for the same seed on every machine.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var numbers: SplitMix64

    public init(seed: UInt64) { numbers = SplitMix64(seed: seed) }

    /// A stream of its own for one thing of a kind, so that no thing depends on how many were made before it.
    public init(seed: UInt64, _ kind: String, _ index: Int) {
        // FNV-1a; Swift's own hash differs from run to run.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in kind.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var mixer = SplitMix64(seed: seed ^ hash)
        self.init(seed: mixer.next() ^ (UInt64(bitPattern: Int64(index)) &* 0xD134_2543_DE82_EF95))
    }

    public mutating func next() -> UInt64 { numbers.next() }

    /// True in so many of a hundred cases.
    public mutating func chance(_ percent: Int) -> Bool { int(0...99) < percent }

    public mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// One of the elements, which must not be none.
    public mutating func pick<Element>(_ elements: [Element]) -> Element { elements[int(0...elements.count - 1)] }

    /// A whole number with a long tail: half lie below the median, one in a hundred above ten to thirty times of it.
    mutating func heavyTailed(median: Double, spread: Double) -> Int {
        // Twelve uniform numbers make a good enough normal one. Repeated multiplication stands in for exp(), whose last
        // digit may differ between C libraries.
        var normal = -6.0
        for _ in 0..<12 { normal += Double(next() >> 11) / 9_007_199_254_740_992 }
        let exponent = normal * spread
        var factor = 1.0
        var term = 1.0
        for step in 1...24 {
            term *= abs(exponent) / Double(step)
            factor += term
        }
        return Int(min(exponent < 0 ? median / factor : median * factor, 2_000_000_000))
    }
}
