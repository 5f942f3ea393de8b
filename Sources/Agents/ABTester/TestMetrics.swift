import JSON
import Records
import Statistics
import Time

/// The counts of both posts of a test at one window, as `metrics_1h`, `metrics_4h` and `metrics_24h` hold them: the keys of
/// the product, and `replies_a`, `replies_b`, which the formula needs (AB-05, K30).
struct TestMetrics: Hashable, Sendable {
    var a: PostCounts
    var b: PostCounts

    init(a: PostCounts, b: PostCounts) {
        self.a = a
        self.b = b
    }

    /// A count that is absent is unknown, not 0.
    init(_ json: JSON) {
        func counts(_ side: Side) -> PostCounts {
            func count(_ name: String) -> Int? { json["\(name)_\(side.rawValue)"]?.integer.map { Int(clamping: $0) } }
            return PostCounts(
                views: count("views"), likes: count("likes"), replies: count("replies"), retweets: count("rts"))
        }
        self.init(a: counts(.a), b: counts(.b))
    }

    subscript(side: Side) -> PostCounts { side == .a ? a : b }

    var json: JSON {
        var members: [String: JSON] = [:]
        for side in Side.allCases {
            let counts = self[side]
            for (name, count) in [
                ("views", counts.views), ("likes", counts.likes), ("rts", counts.retweets), ("replies", counts.replies),
            ] {
                members["\(name)_\(side.rawValue)"] = count.map { JSON($0) } ?? nil
            }
        }
        return .object(members)
    }
}

extension OwnPost {
    /// One side of a test with its 24 h figures; `nil` without them or without an address.
    init?(_ test: Row<ABTests>, _ side: Side) {
        guard let metrics = test.metrics24h.map(TestMetrics.init),
            let address = side == .a ? test.postURLA ?? test.postIDA : test.postURLB
        else { return nil }
        let counts = metrics[side]
        self.init(
            platform: "twitter", id: TweetAddress.id(of: address) ?? address, niche: test.niche, at: test.createdAt,
            counts: counts, score: counts.engagementScore)
    }
}
