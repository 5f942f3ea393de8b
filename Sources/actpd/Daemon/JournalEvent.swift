import Logging
import Systemd

/// A kind of journal entry: its MESSAGE_ID, and what `journalctl -x` says beside it.
///
/// An id is chosen once and stays: what watches the journal for it must not have to learn another.
struct JournalEvent: Sendable {
    /// As in `docs/events.md`.
    let name: String
    /// 128 bits in hexadecimal digits.
    let id: String
    let subject: String
    let meaning: String
    /// What whoever reads the entry should do.
    let action: String

    init(_ name: String, _ id: String, _ subject: String, _ meaning: String, do action: String) {
        self.name = name
        self.id = id
        self.subject = subject
        self.meaning = meaning
        self.action = action
    }
}

// MARK: Schedules and the daemon's life

extension JournalEvent {
    static let ready = JournalEvent(
        "ready", "7ab754ba41334151808b725726528285", "The schedules are in force",
        """
        The daemon has read its configuration and set its first alarm. `next:` lines with the soonest starts \
        follow.
        """,
        do: "Nothing.")
    static let reloaded = JournalEvent(
        "reloaded", "40a9d1bddee04710a607ac1b2e797585", "New schedules are in force",
        """
        schedules.json was read again and taken as a whole; the line says what was added, changed and \
        removed. Running tasks were not touched.
        """,
        do: "Nothing.")
    static let reloadRejected = JournalEvent(
        "reloadRejected", "67456b057f5942d299a9d6daff11ddaf", "An edited schedules.json was refused",
        """
        The file has problems, and nothing of it was taken: the schedules that were in force stay. A line \
        for each problem follows, with file, line and key.
        """,
        do: """
            Mend what the lines name and run `actpd reload` again; `actpd check` looks at the file without the \
            daemon.
            """)
    static let restartNeeded = JournalEvent(
        "restartNeeded", "ae5363713c184934b846058f5af3a3d5", "Settings were changed that a reload does not take",
        """
        A reload takes schedules.json, and of secrets.env the secrets that have a new value. The files in the line, \
        of addresses or tunables, are not what they were when the daemon started; it goes on with what it read then. So \
        it does with settings of secrets.env that were added or removed, and with the whole of it when \
        nobody handed it over: the daemon may not read it.
        """,
        do: """
            For replaced secrets `systemctl reload actpd`. Otherwise `actpd check`, then `systemctl restart actpd`: running tasks have `limits.drain` to end, and slots \
            of the meantime are caught up.
            """)
    static let secretsReplaced = JournalEvent(
        "secretsReplaced", "af0871cb66c942b38c9666a997d3b274", "Secrets were replaced",
        """
        secrets.env was edited, and a reload took it: the settings in the line have a new value, which is sent from the \
        next request on. What waited for delivery is tried at once.
        """,
        do: "Nothing; the old ones may be revoked.")
    static let quarantined = JournalEvent(
        "quarantined", "e8590985762d40929a1ee2ebf6a8024c", "A schedule is left out",
        """
        At the start an entry of schedules.json had problems. The others run; this one does not. Its \
        problems follow, with file, line and key.
        """,
        do: "Mend the entry, then `actpd reload`.")
    static let draining = JournalEvent(
        "draining", "1584639b607b416fba1dc6f97416e0cd", "The daemon stops and waits for running tasks",
        "Nothing new is started. What runs has `limits.drain` to end, then it is cancelled.",
        do: "Nothing.")
    static let stopped = JournalEvent(
        "stopped", "da461e40c4b64df484264d7b11ceafc3", "The daemon has stopped",
        "Everything that had to be recorded is in the ledger.",
        do: "Nothing.")
}

// MARK: Runs

extension JournalEvent {
    static let started = JournalEvent(
        "started", "aaccd84206474cadaa83dc703a3172ab", "A task was started",
        "The run is in the ledger and its row is on its way to actp_agent_tasks.",
        do: "Nothing.")
    static let ended = JournalEvent(
        "ended", "148ef6d0ce2e44038671d8bebddf89f4", "A task ended well",
        """
        ACTP_OUTCOME is ok. ACTP_LATENESS_USEC says how late it began, ACTP_DURATION_USEC how long it took.
        """,
        do: "Nothing.")
    static let failed = JournalEvent(
        "failed", "abfc72f0b4684194aeb2cdeeed29bcd0", "A task failed",
        "ACTP_OUTCOME is error, timeout or cancelled, and ACTP_REASON says why.",
        do: """
            `actpd runs --domain DOMAIN` shows whether it was the first time. A run that is safe to repeat is \
            repeated when its schedule has `retry`; otherwise the next slot runs as planned.
            """)
    static let unknown = JournalEvent(
        "unknown", "e3511ce4bd16406891a5107b05bd1a57", "The end of an irreversible step was not seen",
        """
        A message, post or payment was under way when its outcome could not be told. It is never repeated by \
        itself.
        """,
        do: "Look at the service whether it was done. Then act by hand if it was not.")
    static let interrupted = JournalEvent(
        "interrupted", "8c7a5ecdb74e4ab4b6832adde2d8a7c4", "The process of a run died",
        "A run was open in the ledger and the process that owned it is gone.",
        do: """
            Look in the journal before this line for why the process ended; the next slot runs as planned.
            """)
    static let skipped = JournalEvent(
        "skipped", "712eb2918dcc4629abc55c09fecf4735", "A slot was not run",
        """
        ACTP_REASON says why: the same work was still running, the schedule is paused, it is outside of its \
        hours, or its budget is used up.
        """,
        do: """
            If it is overlap every time, the task takes longer than its interval: compare with `actpd runs`, \
            then choose a longer interval.
            """)
    static let missed = JournalEvent(
        "missed", "8a8fb5551efe421f98cdf3d14540ab8c", "Slots passed without a start",
        """
        The machine or the daemon was down or asleep. What the schedule's `catchUp` asks for is run.
        """,
        do: "Nothing, unless `actpd backfill` should run older ones too.")
    static let waits = JournalEvent(
        "waits", "cb6faf2455f949779196626c4d868070", "A task waits for other work",
        "It starts when what holds it up has ended; ACTP_REASON names that.",
        do: "Nothing. If it waits often, see `limits` in actpd.json.")
    static let tookOver = JournalEvent(
        "tookOver", "9944444b27af451fb5ecfccb8d477e74", "A claimed run was taken over",
        "Another process had claimed the slot and died before it began. It starts now, once.",
        do: "Nothing.")
    static let claimed = JournalEvent(
        "claimed", "d15dc2f40cb44e2aa8c0d12b3242f7b2", "A slot had been claimed before",
        "The ledger knows the slot already, so it does not run a second time.",
        do: "Nothing.")
    static let paused = JournalEvent(
        "paused", "b61dfe85b31d4a469ea5d8f97b874409", "A schedule paused itself",
        """
        It failed as often in a row as its `pauseOnFailure` says. No slot of it runs until it is resumed.
        """,
        do: "Mend the cause that its failures name, then `actpd resume NAME`.")
    static let retries = JournalEvent(
        "retries", "bf54a60cd505472ab60124ff0685e8fe", "An attempt failed and is repeated",
        "The failure was one that is safe to repeat; ACTP_REASON has it.",
        do: "Nothing; if no attempt succeeds the run ends in error.")
    static let stuck = JournalEvent(
        "stuck", "fbde5ddaa7064bfc8e94d286a06008d2", "A task ignores its cancellation",
        "It was given up and its place is free again, but its thread is not.",
        do: "A restart ends it for good. Report the lines before this one.")
    static let freed = JournalEvent(
        "freed", "823ebfa90d8b487e94c6aac0af29f825", "A task that was given up has ended",
        "Its outcome in the ledger stands.",
        do: "Nothing.")
}

// MARK: The host

extension JournalEvent {
    static let ledgerRefuses = JournalEvent(
        "ledgerRefuses", "1dcbd06612c24075b04a9744809e1552", "The ledger cannot be written and nothing is started",
        """
        The disk is full or the file system is read-only; ACTP_REASON has what was said. It is tried again \
        every second.
        """,
        do: """
            Make room in the state directory (`df -h /var/lib/actpd`). The daemon goes on by itself, and late \
            slots are caught up.
            """)
    static let ledgerAccepts = JournalEvent(
        "ledgerAccepts", "8e75806a24f0473d86c256849a89cdaf", "The ledger can be written again",
        "Starts go on.",
        do: "Nothing.")
    static let ledgerSetAside = JournalEvent(
        "ledgerSetAside", "6a33ca8a5fba4c89a6fc1a7a2d426b22", "The ledger was damaged",
        """
        The file could not be read. It is kept under the name in the line and a new one was begun. Nothing \
        is caught up.
        """,
        do: "Check the disk. Keep the old file for a look; the tables are not affected.")
    static let clockSet = JournalEvent(
        "clockSet", "11224ee8af0a4e1fa2bf96e0869eaa81", "The wall clock was set",
        "The plan was looked through again. A slot that ran before does not run twice.",
        do: "Nothing.")
    static let zonesChanged = JournalEvent(
        "zonesChanged", "a4b90ee4f01c40ad86e74d8274a1da67", "Time zone data changed on disk",
        "The plan of schedules in these zones was computed anew.",
        do: "Nothing.")
    static let overdue = JournalEvent(
        "overdue", "224a802e88c94366b46248bb428076a9", "The scheduler is behind its alarm",
        "The loop does not get on, so no watchdog ping is sent and systemd will restart the daemon.",
        do: "Report the lines before this one.")
}

// MARK: Deliveries

extension JournalEvent {
    static let deliveryWaits = JournalEvent(
        "deliveryWaits", "24f8d64b037f42a0a89f172c686fd655", "What is to be delivered waits in the outbox",
        """
        The database or Telegram is away, or a setting is wrong; ACTP_REASON has the answer. Nothing is lost \
        and no start is late.
        """,
        do: "`actpd alert test` shows what Telegram answers, `actpd check` what the database answers.")
    static let deliveryGoesOn = JournalEvent(
        "deliveryGoesOn", "ea72f10549ab4406ac06c115fcc6bb9e", "The outbox is delivered again",
        "What waited has been taken where it belongs, or is on its way.",
        do: "Nothing.")
    static let alert = JournalEvent(
        "alert", "289751ce52dc4c769d41dfa0b3be8051", "A message for the owner",
        "Telegram is not configured, so the message stands in the journal only.",
        do: """
            Set TELEGRAM_BOT_TOKEN in secrets.env and TELEGRAM_CHAT_ID in actpd.env, then `actpd alert test`.
            """)
    static let alertFailed = JournalEvent(
        "alertFailed", "8de69cc153d14e83914dbebe2016e237", "A message did not reach the owner",
        "Telegram refused it or could not be reached; ACTP_REASON has the answer.",
        do: "`actpd alert test` shows what Telegram answers now.")
    static let deadManFails = JournalEvent(
        "deadManFails", "fe06e04a85474a139ae2675dc7926d4f", "The dead man's ping does not get through",
        """
        The address in `alerts.deadManURL` does not answer as it should, so the service behind it may say \
        that actpd is dead.
        """,
        do: "Open the address by hand from this machine; ACTP_REASON has what it answered.")
    static let deadManWorks = JournalEvent(
        "deadManWorks", "068c1af66ddd421393aa0e6cfc81d913", "The dead man's ping gets through again",
        "The service behind it hears from the daemon.",
        do: "Nothing.")
}

extension JournalEvent {
    /// In the order of `docs/events.md`.
    static let all: [JournalEvent] = [
        ready, reloaded, reloadRejected, secretsReplaced, restartNeeded, quarantined, draining, stopped, started, ended,
        failed, unknown,
        interrupted, skipped, missed, waits, tookOver, claimed, paused, retries, stuck, freed,
        ledgerRefuses, ledgerAccepts, ledgerSetAside, clockSet, zonesChanged, overdue, deliveryWaits,
        deliveryGoesOn, alert, alertFailed, deadManFails, deadManWorks,
    ]
}

extension Logger {
    /// The same logger, whose entries are of a kind that the catalog explains.
    func kind(_ event: JournalEvent) -> Logger {
        var logger = self
        logger[metadataKey: JournalLogHandler.messageID] = "\(event.id)"
        return logger
    }
}
