import Glibc

/// The laws that are drawn from. Which numbers are taken in which order is part of the contract: a logged key replays a
/// decision (decisions c, 4 to 7). Two C libraries may differ in the last bit of a logarithm.
extension Xoshiro256 {
    /// Standard normal, by the polar method. The second value of the pair is thrown away: no hidden state.
    public mutating func normal() -> Double {
        while true {
            let u = 2 * uniform() - 1
            let v = 2 * uniform() - 1
            let s = u * u + v * v
            if s > 0, s < 1 { return u * (-2 * log(s) / s).squareRoot() }
        }
    }

    /// Gamma with this shape and scale 1, by Marsaglia and Tsang; a shape below 1 is drawn one higher and scaled down.
    /// `shape` must be positive and finite.
    public mutating func gamma(shape: Double) -> Double {
        guard shape >= 1 else {
            let higher = gamma(shape: shape + 1)
            return higher * pow(1 - uniform(), 1 / shape)
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let root = 1 + c * x
            if root <= 0 { continue }
            let v = root * root * root
            let u = 1 - uniform()
            if u < 1 - 0.0331 * (x * x) * (x * x) { return d * v }
            if log(u) < x * x / 2 + d * (1 - v + log(v)) { return d * v }
        }
    }

    /// From a Beta law: X/(X + Y) of two Gamma draws, α's first; ½ when both underflow.
    public mutating func beta(_ law: BetaDistribution) -> Double {
        let x = gamma(shape: law.alpha)
        let y = gamma(shape: law.beta)
        return x + y > 0 ? x / (x + y) : 0.5
    }
}
