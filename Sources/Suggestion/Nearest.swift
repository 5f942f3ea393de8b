/// "Did you mean": what a mistyped name was most likely meant to be.
extension String {
    /// The candidate that a person most likely meant: at most two edits away and at most a third of the word, the first
    /// of equals. Case does not count.
    public func nearest(in candidates: some Sequence<String>) -> String? {
        let limit = max(1, min(2, utf8.count / 3))
        let wanted = Array(lowercased().utf8)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let distance = editDistance(wanted, Array(candidate.lowercased().utf8))
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.candidate
    }
}

/// The number of single bytes to insert, remove, replace or swap with their neighbour to turn one text into the other.
public func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var before: [Int] = []
    var row = Array(0...b.count)
    for i in a.indices {
        var next = [i + 1]
        for j in b.indices {
            var distance = min(row[j] + (a[i] == b[j] ? 0 : 1), row[j + 1] + 1, next[j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { distance = min(distance, before[j - 1] + 1) }
            next.append(distance)
        }
        (before, row) = (row, next)
    }
    return row[b.count]
}
