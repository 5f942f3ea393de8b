import JSON
import Records

extension Agent {
    /// Decides who is due, writes messages and sends them (PRD-037).
    ///
    /// It reads associations as well, because they may hold the handle to write to.
    public static let outreach = Agent(
        .outreach, "finds who is due for a touch, queues messages and sends them",
        reads: [
            ProspectScores.definition, Contacts.definition, Conversations.definition, Interactions.definition,
            MessageQueue.definition, PlatformAssociations.definition,
        ],
        writes: [MessageQueue.definition, Interactions.definition, ProspectScores.definition],
        tasks: [
            AgentTask(
                "due", "who may be written to now, and why not the others", effect: .none,
                parameters: [Parameter("limit", .integer(1...1_000), default: 100, "how many contacts to name")],
                run: OutreachTasks.due),
            AgentTask("build-queue", "writes a message for everybody who is due", run: OutreachTasks.buildQueue),
            AgentTask(
                "send", "sends the messages whose time has come", effect: .once,
                parameters: [
                    Parameter("dry_run", .boolean, default: false, "show the messages, send and write nothing")
                ], run: OutreachSending.send),
            AgentTask(
                "email-queue", "queued e-mails, for sending by hand", effect: .none, run: OutreachTasks.emailQueue),
            AgentTask(
                "stats", "sent, failed, cancelled and answered messages", effect: .none,
                parameters: [Parameter("days", .integer(1...365), default: 30, "how far back")],
                run: OutreachTasks.stats),
            AgentTask(
                "resolve", "says what became of a send whose outcome is unknown",
                parameters: [
                    Parameter("id", .id, isRequired: true, "the message's id in crm_message_queue"),
                    Parameter("sent", .boolean, default: false, "it was sent"),
                    Parameter("failed", .boolean, default: false, "it was not sent"),
                ], run: OutreachSending.resolve),
        ])
}
