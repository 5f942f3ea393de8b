import JSON
import Records

extension Agent {
    /// Learns at which hours posts do well and plans the week (PRD-032).
    public static let scheduler = Agent(
        .scheduler, "learns posting hours, watches for saturation, plans the week",
        reads: [
            ContentPerformance.definition, ABTests.definition, PostingSchedule.definition, NicheResonance.definition,
        ],
        writes: [PostingSchedule.definition],
        tasks: [
            .announced("init", "writes the start values of platforms that have no row yet"),
            .announced("optimize", "updates the Thompson slots and picks the best hours"),
            .announced("saturation-check", "compares each platform's last week with its month", effect: .none),
            .announced("weekly-calendar", "plans next week's posts without conflicts", effect: .none),
            .announced(
                "dm-schedule", "ranks outreach windows and contacts with their times", effect: .none,
                parameters: [Parameter("hours", .integer(1...168), default: 24, "how far ahead")]),
        ])
}
