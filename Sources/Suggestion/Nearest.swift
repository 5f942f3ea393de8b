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

/// The number of single bytes to insert, remove or replace to turn one text into the other (Levenshtein's distance).
public func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, byte) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for j in b.indices {
            let replaced = diagonal + (byte == b[j] ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[b.count]
}
