import Glibc

/// The standard normal law.
public enum StandardNormal {
    /// φ(x).
    public static func density(_ x: Double) -> Double { exp(-x * x / 2) / (2 * Double.pi).squareRoot() }

    /// Φ(x), with full relative accuracy in the lower tail.
    public static func cumulative(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

    /// z_p, the x with Φ(x) = p. ∓∞ at 0 and 1; NaN outside.
    ///
    /// The start is the rational approximation 26.2.23 of Abramowitz and Stegun, good to 4.5e-4; each step of Halley's
    /// method triples the number of right digits.
    public static func quantile(_ p: Double) -> Double {
        guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
        // In the lower tail Φ keeps all digits, so that the upper one is mirrored.
        guard p <= 0.5 else { return -quantile(1 - p) }
        let t = (-2 * log(p)).squareRoot()
        let numerator = 2.515517 + t * (0.802853 + t * 0.010328)
        let denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
        var x = numerator / denominator - t
        for _ in 0..<3 {
            let step = (cumulative(x) - p) / density(x)
            x -= step / (1 + x * step / 2)
        }
        return x
    }
}
