internal import Statistics
public import Time

/// Numbers that follow from the input alone, so that an input that was kept says everything (FNV-1a, then SplitMix64).
public struct Draws: RandomNumberGenerator {
    private var numbers: SplitMix64

    public init(_ input: some Sequence<UInt8>) {
        numbers = SplitMix64(seed: input.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
    }

    public mutating func next() -> UInt64 { numbers.next() }

    /// An instant of the years 1 to 9999: mostly of this century, often just before a change of the zone's offset.
    public mutating func instant(in zone: Zone) -> Instant {
        let range: ClosedRange<Int64> =
            Int.random(in: 0..<4, using: &self) == 0 ? -62_135_596_800...253_402_300_799 : 946_684_800...4_102_444_800
        let anywhere = Int64.random(in: range, using: &self)
        let fraction = Int64.random(in: 0..<4, using: &self) * 250_000
        guard Bool.random(using: &self), let change = zone.transition(after: anywhere) else {
            return Instant(microseconds: anywhere * 1_000_000 + fraction)
        }
        return Instant(
            microseconds: (change.seconds - Int64.random(in: 0..<90_000, using: &self)) * 1_000_000 + fraction)
    }
}
