/// One thing that is measured: a name to select it by, and how.
struct Benchmark: Sendable {
    let name: String
    let summary: String
    let run: @Sendable (Bench) async throws -> [Figure]

    init(_ name: String, _ summary: String, run: @escaping @Sendable (Bench) async throws -> [Figure]) {
        self.name = name
        self.summary = summary
        self.run = run
    }

    /// In the order in which they run: the one that watches the own memory first, long ones last.
    static let all: [Benchmark] = [
        .plan, .cron, .size, .start, .reload, .youtube, .`import`, .prospect, .outreach, .evidence, .niche,
        .postingHours,
        .saturation, .postgrest, .lateness, .http, .idle,
    ]

    /// Those that run only when they are asked for.
    static let onRequest: [Benchmark] = [.peers]
}

/// What every benchmark works with.
struct Bench: Sendable {
    /// The `actpd` to measure.
    let binary: String
    /// The default schedules.
    let schedules: String
    let scratch: Scratch
}

/// Something that could not be measured, and why.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
