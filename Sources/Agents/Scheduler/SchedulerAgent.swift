import JSON
import Records

extension Agent {
    /// Learns at which hours posts do well and plans the week (PRD-032).
    ///
    /// Beside the content it reads the task log, because figures that did not arrive are no fatigue, and who may be written
    /// to, for the windows of direct messages (SC-11).
    public static let scheduler = Agent(
        .scheduler, "learns posting hours, watches for saturation, plans the week",
        reads: [
            ContentPerformance.definition, ABTests.definition, PostingSchedule.definition, NicheResonance.definition,
            AgentTasks.definition, ProspectScores.definition, Contacts.definition, MessageQueue.definition,
        ],
        writes: [PostingSchedule.definition],
        tasks: [
            AgentTask(
                "init", "writes the start values of platforms that have no row yet", run: SchedulerTasks.start),
            AgentTask(
                "optimize", "updates the Thompson slots and picks the best hours", run: SchedulerTasks.optimize),
            AgentTask(
                "saturation-check", "compares each platform's last week with its month", effect: .none,
                run: SaturationTasks.check),
            AgentTask(
                "weekly-calendar", "plans next week's posts without conflicts", effect: .none,
                parameters: [Parameter("ics", .text, "a file to write the plan to, as iCalendar")],
                run: CalendarTasks.week),
            AgentTask(
                "dm-schedule", "ranks outreach windows and contacts with their times", effect: .none,
                parameters: [Parameter("hours", .integer(1...168), default: 24, "how far ahead")],
                run: CalendarTasks.messages),
        ])
}
