/// Kendall's τ_b, the agreement of two rankings with ties: 1 the same order, −1 the reverse (decisions e).
///
/// Knight's method: sort by one, count the inversions of the other, in n·log n.
public enum KendallTau {
    /// `nil` for fewer than two, unequal numbers, or when one side is all ties.
    public static func tauB(_ x: [Double], _ y: [Double]) -> Double? {
        guard x.count == y.count, x.count > 1 else { return nil }
        let order = x.indices.sorted { (x[$0], y[$0]) < (x[$1], y[$1]) }
        let byX = order.map { x[$0] }
        var byY = order.map { y[$0] }
        let tiesOfX = tiedPairs(byX) { $0 == $1 }
        let tiesOfBoth = tiedPairs(order) { x[$0] == x[$1] && y[$0] == y[$1] }
        let inversions = sortCountingInversions(&byY)
        let tiesOfY = tiedPairs(byY) { $0 == $1 }
        let pairs = Double(x.count) * Double(x.count - 1) / 2
        let concordantMinusDiscordant = pairs - tiesOfX - tiesOfY + tiesOfBoth - 2 * inversions
        let scale = ((pairs - tiesOfX) * (pairs - tiesOfY)).squareRoot()
        return scale > 0 ? concordantMinusDiscordant / scale : nil
    }

    /// Pairs of equals in a sequence where equals stand together.
    private static func tiedPairs<Element>(_ sorted: [Element], _ isEqual: (Element, Element) -> Bool) -> Double {
        var pairs = 0.0
        var run = 1.0
        for index in sorted.indices.dropFirst() {
            if isEqual(sorted[index - 1], sorted[index]) {
                pairs += run
                run += 1
            } else {
                run = 1
            }
        }
        return pairs
    }

    /// Merge sort, bottom up.
    private static func sortCountingInversions(_ values: inout [Double]) -> Double {
        var inversions = 0.0
        var other = values
        var width = 1
        while width < values.count {
            for start in stride(from: 0, to: values.count, by: 2 * width) {
                let (middle, end) = (min(start + width, values.count), min(start + 2 * width, values.count))
                var (left, right) = (start, middle)
                for position in start..<end {
                    if left < middle, right == end || values[left] <= values[right] {
                        other[position] = values[left]
                        left += 1
                    } else {
                        inversions += Double(middle - left)
                        other[position] = values[right]
                        right += 1
                    }
                }
            }
            swap(&values, &other)
            width *= 2
        }
        return inversions
    }
}
