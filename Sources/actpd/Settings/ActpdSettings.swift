import Agents
import Configuration
import Scheduling
import Services
import Time

/// `actpd.json`: the agents' tunables and the daemon's limits.
struct ActpdSettings: Configurable {
    var agents = Settings()
    var claude = ClaudeSettings()
    var limits = Limits()
    var history = History()
    var alerts = Alerts()
    var http = HTTPServer()

    init() {}

    static let fields: [Field<ActpdSettings>] =
        Settings.fields.map { $0.lifted(to: \ActpdSettings.agents) } + [
            Field("claude", \.claude, "The language models: which, what they may cost, how long they may take."),
            Field("limits", \.limits, "Bounds of the daemon."),
            Field("history", \.history, "How much run history the ledger keeps."),
            Field("alerts", \.alerts, "How the owner hears of things."),
            Field("http", \.http, "Whether and where the daemon answers over HTTP: page, API, metrics."),
        ]

    /// The scheduler's part.
    var ofScheduler: SchedulerLimits {
        SchedulerLimits(
            runs: RunLimits(
                total: limits.concurrentRuns, perDomain: limits.concurrentRunsPerDomain,
                buffered: limits.bufferedSlots),
            settle: limits.settle, history: HistoryLimits(age: history.maxAge, runs: history.maxRuns))
    }

    struct Alerts: Configurable {
        /// After a message the next ones wait so long, and go together.
        var digestPause = Duration.seconds(30)
        /// Address of a watching service that is pinged while the scheduler's loop turns, by the conventions of
        /// healthchecks.io; empty for none.
        var deadManURL = ""
        var deadManEvery = Duration.seconds(60)

        init() {}

        static let fields: [Field<Alerts>] = [
            Field(
                "digestPause", \.digestPause, in: .zero...(.seconds(3_600)),
                "After a message to the owner the next ones wait so long, and more than three go as one."),
            Field(
                "deadManURL", \.deadManURL,
                """
                Address of a watching service that is pinged while the scheduler's loop turns, by the conventions of \
                healthchecks.io; empty for none.
                """),
            Field("deadManEvery", \.deadManEvery, in: .seconds(10)...(.seconds(86_400)), "Time between two pings."),
        ]
    }

    struct HTTPServer: Configurable {
        /// Path of a Unix socket, whose owner and group may call; empty for none.
        var socket = ""
        /// A port of 127.0.0.1; 0 for none.
        var port = 0
        /// Of one caller; twice as many at once.
        var requestsPerSecond = 100

        init() {}

        static let fields: [Field<HTTPServer>] = [
            Field(
                "socket", \.socket,
                """
                Path of a Unix socket, whose owner and group may look without a token; empty for none. The service \
                manager's socket, actpd.socket, is taken as well.
                """),
            Field(
                "port", \.port, in: 0...65_535,
                "A port of 127.0.0.1, for callers with a token (ACTPD_HTTP_TOKEN_…); 0 for none."),
            Field(
                "requestsPerSecond", \.requestsPerSecond, in: 1...100_000,
                "Requests that one caller may make in a second; twice as many at once."),
        ]
    }

    struct History: Configurable {
        /// Older runs are forgotten.
        var maxAge = Duration.seconds(90 * 86_400)
        /// Of more runs the oldest are forgotten; a run takes about half a kilobyte.
        var maxRuns = 1_000_000

        init() {}

        static let fields: [Field<History>] = [
            Field("maxAge", \.maxAge, in: .seconds(86_400)...(.seconds(3_660 * 86_400)), "Older runs are forgotten."),
            Field(
                "maxRuns", \.maxRuns, in: 1_000...100_000_000,
                "Of more runs the oldest are forgotten; a run takes about half a kilobyte."),
        ]
    }

    struct Limits: Configurable {
        /// Threads for the tasks' own work; tasks that wait need none.
        var workers = 4
        /// Runs of schedules at once.
        var concurrentRuns = 1_000
        /// Runs of one domain's schedules at once.
        var concurrentRunsPerDomain = 1_000
        /// Slots of one schedule that may wait with `overlap: bufferAll`.
        var bufferedSlots = 1_000
        /// How long slots that are caught up after a boot or a wake-up wait at least.
        var settle = Duration.seconds(30)
        /// How long running work may go on after a stop is asked for.
        var drain = Duration.seconds(60)

        init() {}

        static let fields: [Field<Limits>] = [
            Field("workers", \.workers, in: 1...64, "Threads for the work of tasks."),
            Field(
                "concurrentRuns", \.concurrentRuns, in: 1...10_000,
                "Runs of schedules at once; further slots wait, those of higher priority first."),
            Field(
                "concurrentRunsPerDomain", \.concurrentRunsPerDomain, in: 1...10_000,
                "Runs of one domain's schedules at once."),
            Field(
                "bufferedSlots", \.bufferedSlots, in: 1...10_000,
                "Slots of one schedule that may wait with overlap bufferAll; further ones are skipped."),
            Field(
                "settle", \.settle, in: .zero...(.seconds(3_600)),
                """
                How long slots that are caught up after a boot or a wake-up wait at least; they spread over the same time \
                again.
                """),
            Field(
                "drain", \.drain, in: .seconds(1)...(.seconds(3_600)), "How long running work may go on after SIGTERM."),
        ]
    }
}
