import JSON
import Records
import Statistics
import Time

/// What is known of a test beside its row: written before the first post, so that no crash leaves a post that nobody knows
/// of (readings 27).
struct TestIntent: Hashable, Sendable {
    /// How far the posting got, as far as it was written down.
    enum Phase: String, Hashable, Sendable {
        /// Posts may be live; no row says so yet.
        case posting
        /// The row says how it stands.
        case recorded
    }

    let id: RowID
    let niche: String
    let topic: String
    let question: String
    let statement: String
    let coinKey: String
    let isSwapped: Bool
    let first: Side
    let createdAt: Instant
    /// N*: fixed when the test is created (decisions a4).
    let expectedViews: Double
    var phase: Phase

    static let topicName = "tests"

    /// The kind of hook of a side.
    func hook(of side: Side) -> HookKind { (side == .a) == isSwapped ? .statement : .question }

    func text(of side: Side) -> String { hook(of: side) == .question ? question : statement }

    /// The side that carries the question.
    var questionSide: Side { isSwapped ? .b : .a }

    var change: MemoryChange {
        MemoryChange(
            TestIntent.topicName, id.text,
            [
                "niche": .string(niche), "topic": .string(topic), "question": .string(question),
                "statement": .string(statement), "coin_key": .string(coinKey), "swapped": .bool(isSwapped),
                "first": .string(first.rawValue), "created_at": .string(createdAt.iso8601Precise),
                "expected_views": .number(expectedViews), "phase": .string(phase.rawValue),
            ])
    }

    init(
        id: RowID, niche: String, topic: String, variants: Variants, coin: CoinToss, createdAt: Instant,
        expectedViews: Double
    ) {
        self.id = id
        self.niche = niche
        self.topic = topic
        question = variants.question
        statement = variants.statement
        coinKey = coin.key
        isSwapped = coin.isSwapped
        first = coin.first
        self.createdAt = createdAt
        self.expectedViews = expectedViews
        phase = .posting
    }

    init?(_ entry: MemoryEntry) {
        let value = entry.value
        guard let id = RowID(entry.key), let niche = value["niche"]?.string,
            let isSwapped = value["swapped"]?.bool,
            let createdAt = value["created_at"]?.string.flatMap({ Instant(iso8601: $0) }),
            let phase = value["phase"]?.string.flatMap(Phase.init)
        else { return nil }
        self.id = id
        self.niche = niche
        topic = value["topic"]?.string ?? ""
        question = value["question"]?.string ?? ""
        statement = value["statement"]?.string ?? ""
        coinKey = value["coin_key"]?.string ?? ""
        self.isSwapped = isSwapped
        first = value["first"]?.string.flatMap(Side.init) ?? .a
        self.createdAt = createdAt
        expectedViews = value["expected_views"]?.double ?? 5_000
        self.phase = phase
    }

    /// A test that somebody else wrote: as the product has it, A asks and B states (AB-01).
    init(unknown row: Row<ABTests>) {
        id = row.id
        niche = row.niche
        topic = ""
        question = row.variantAText
        statement = row.variantBText
        coinKey = ""
        isSwapped = false
        first = .a
        createdAt = row.createdAt
        expectedViews = 5_000
        phase = .recorded
    }
}

/// Both posts at the moments at which they were read.
struct TestLooks: Hashable, Sendable {
    private(set) var looks: [PairHistory.Look] = []

    static let topicName = "looks"

    init() {}

    init(_ json: JSON?) {
        looks = (json?.array ?? []).compactMap { entry in
            guard let seconds = entry["age_s"]?.integer, let metrics = entry["metrics"].map(TestMetrics.init) else {
                return nil
            }
            return PairHistory.Look(age: .seconds(seconds), a: metrics.a, b: metrics.b)
        }
    }

    /// The windows of a test whose looks nobody kept, each at its own age.
    init(windowsOf row: Row<ABTests>) {
        looks = Checkback.Window.allCases.compactMap { window in
            guard let json = window.metrics(of: row) else { return nil }
            let metrics = TestMetrics(json)
            let age = json["age_minutes"]?.integer.map { Duration.seconds($0 * 60) } ?? window.age
            return PairHistory.Look(age: age, a: metrics.a, b: metrics.b)
        }
    }

    var json: JSON {
        .array(
            looks.map { look in
                [
                    "age_s": .integer(look.age.components.seconds),
                    "metrics": TestMetrics(a: look.a, b: look.b).json,
                ]
            })
    }

    /// Adds what was read, mended: a counter never falls, so a smaller figure is a misreading (of a million the service
    /// reads a thousand), and a post of more than an hour without any figure was not read at all.
    mutating func add(age: Duration, a: PostCounts?, b: PostCounts?) -> TestMetrics {
        let last = looks.last
        let mended = TestMetrics(
            a: TestLooks.mended(a, after: last?.a, age: age), b: TestLooks.mended(b, after: last?.b, age: age))
        looks.append(PairHistory.Look(age: age, a: mended.a, b: mended.b))
        return mended
    }

    private static func mended(_ counts: PostCounts?, after before: PostCounts?, age: Duration) -> PostCounts {
        guard let counts else { return PostCounts() }
        let known = [counts.views, counts.likes, counts.replies, counts.retweets]
        if known.allSatisfy({ ($0 ?? 0) == 0 }), age > .seconds(3_600) { return PostCounts() }
        func larger(_ count: Int?, _ before: Int?) -> Int? { count.map { max($0, before ?? 0) } }
        return PostCounts(
            views: larger(counts.views, before?.views), likes: larger(counts.likes, before?.likes),
            replies: larger(counts.replies, before?.replies), retweets: larger(counts.retweets, before?.retweets))
    }
}

extension PostCounts {
    /// Whether anything at all was read.
    var isKnown: Bool { views != nil || likes != nil || replies != nil || retweets != nil }
}
