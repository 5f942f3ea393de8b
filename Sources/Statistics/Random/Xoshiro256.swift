/// xoshiro256** by Blackman and Vigna: draws that anybody can repeat from a key (decisions c, "Replayable draws").
///
/// Not for secrets. The same seed gives the same stream on every machine and in every version of this program.
public struct Xoshiro256: RandomNumberGenerator, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// The state is made of the first four outputs of SplitMix64, so that any seed will do, 0 too.
    public init(seed: UInt64) {
        var mixer = SplitMix64(seed: seed)
        state = (mixer.next(), mixer.next(), mixer.next(), mixer.next())
    }

    /// Seeded by the text, see ``seed(of:)``.
    public init(key: String) { self.init(seed: Xoshiro256.seed(of: key)) }

    /// FNV-1a, 64 bits, of the UTF-8 text.
    public static func seed(of key: String) -> UInt64 {
        key.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    public mutating func next() -> UInt64 {
        let product = state.1 &* 5
        let output = (product << 7 | product >> 57) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = state.3 << 45 | state.3 >> 19
        return output
    }

    /// In [0, 1), a multiple of 2⁻⁵³.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }
}
