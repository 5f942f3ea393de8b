import Agents
import Configuration
import Time

/// `actpd.json`: the agents' tunables and the daemon's limits.
struct ActpdSettings: Configurable {
    var agents = Settings()
    var limits = Limits()

    init() {}

    static let fields: [Field<ActpdSettings>] =
        Settings.fields.map { $0.lifted(to: \ActpdSettings.agents) } + [
            Field("limits", \.limits, "Bounds of the daemon.")
        ]

    struct Limits: Configurable {
        /// Threads for the tasks' own work; tasks that wait need none.
        var workers = 4
        /// How long running work may go on after a stop is asked for.
        var drain = Duration.seconds(60)

        init() {}

        static let fields: [Field<Limits>] = [
            Field("workers", \.workers, in: 1...64, "Threads for the work of tasks."),
            Field(
                "drain", \.drain, in: .seconds(1)...(.seconds(3_600)), "How long running work may go on after SIGTERM."),
        ]
    }
}
