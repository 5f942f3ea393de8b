internal import Synchronization
internal import Time

/// So many requests a second for each caller, twice as many at once.
final class RateLimit: Sendable {
    private struct Bucket {
        var left: Double
        var at: Duration
    }

    /// Callers remembered at most; beyond them those that were heard of longest ago are forgotten.
    private static let callersMax = 1_000

    private let perSecond: Double
    private let buckets = Mutex<[String: Bucket]>([:])

    /// - Parameter perSecond: 1 or more.
    init(perSecond: Int) { self.perSecond = Double(perSecond) }

    /// Counts a request.
    ///
    /// - Returns: `nil` when it may pass, else how long to wait.
    func take(_ caller: String, at uptime: Duration) -> Duration? {
        buckets.withLock { buckets in
            let most = perSecond * 2
            var bucket = buckets[caller] ?? Bucket(left: most, at: uptime)
            bucket.left = min(most, bucket.left + (uptime - bucket.at).inSeconds * perSecond)
            bucket.at = uptime
            let passes = bucket.left >= 1
            if passes { bucket.left -= 1 }
            if buckets[caller] == nil, buckets.count >= RateLimit.callersMax {
                let oldest = buckets.sorted { $0.value.at < $1.value.at }.prefix(RateLimit.callersMax / 2)
                for (caller, _) in oldest { buckets[caller] = nil }
            }
            buckets[caller] = bucket
            return passes ? nil : .milliseconds(Int((1 - bucket.left) / perSecond * 1_000) + 1)
        }
    }
}
