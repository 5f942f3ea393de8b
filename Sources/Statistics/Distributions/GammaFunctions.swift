import Glibc

/// ln Γ(x) for x > 0. The C library's reentrant form: the plain one writes a global variable.
func logGamma(_ x: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
}

/// ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b).
func logBeta(_ a: Double, _ b: Double) -> Double { logGamma(a) + logGamma(b) - logGamma(a + b) }

/// Q(a, x) = Γ(a, x)/Γ(a), the regularised upper incomplete gamma function, for a > 0 and x ≥ 0.
///
/// Below a + 1 by the power series of its complement, above by the continued fraction: each converges fast there.
func upperIncompleteGamma(_ a: Double, _ x: Double) -> Double {
    guard x > 0 else { return 1 }
    let front = exp(a * log(x) - x - logGamma(a))
    if x < a + 1 {
        var term = 1 / a
        var sum = term
        var n = a
        while term > sum * Double.ulpOfOne / 4 {
            n += 1
            term *= x / n
            sum += term
        }
        return max(0, 1 - front * sum)
    }
    let fraction = continuedFraction(first: x + 1 - a) { n in (-n * (n - a), x + 2 * n + 1 - a) }
    return front / fraction
}

/// b₀ + a₁/(b₁ + a₂/(b₂ + …)) by the modified Lentz method; `terms(n)` gives (a_n, b_n) for n = 1, 2, …
///
/// Stops when a factor is 1 to the last digit, at the latest after 10,000 terms.
func continuedFraction(first: Double, terms: (_ n: Double) -> (Double, Double)) -> Double {
    // Stands for a denominator that happens to be 0.
    let tiny = 1e-300
    var value = first == 0 ? tiny : first
    var (c, d) = (value, 0.0)
    for n in 1...10_000 {
        let (a, b) = terms(Double(n))
        d = b + a * d
        d = 1 / (d == 0 ? tiny : d)
        c = b + a / c
        if c == 0 { c = tiny }
        let factor = c * d
        value *= factor
        if abs(factor - 1) < 1e-15 { break }
    }
    return value
}

/// The laws of test statistics that are read in their upper tail.
enum ChiSquared {
    /// P(X > x) with `degreesOfFreedom` ≥ 1.
    static func upperTail(_ x: Double, degreesOfFreedom: Int) -> Double {
        upperIncompleteGamma(Double(degreesOfFreedom) / 2, x / 2)
    }
}
