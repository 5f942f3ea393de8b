import JSON
import Records
import Time

/// Who is to get a brief: decision-stage scores without one, those with PR-15's signals first (PR-15, PR-19, PR-25, K3).
enum ResearchQueue {
    typealias Entry = (contact: RankedContact, row: Row<Contacts>, signals: [String], breakdown: [String: Int])

    static func read(limit: Int, _ context: TaskContext) async throws -> [Entry] {
        let undone: Predicate<ProspectScores> = \.researchDone == false || .isNull(\.researchDone)
        let ready: Predicate<ProspectScores> = \.score >= context.settings.prospect.decisionFrom && undone
        // More than asked for: whoever has signals comes first, whatever the score.
        let rows = try await ProspectTasks.ranked(
            by: ProspectTasks.scores(min(limit * 5, 800)).filter(ready).order(by: \.score, descending: true),
            min(limit * 5, 800), context)
        guard !rows.isEmpty else { return [] }
        let page = try await ProspectPage(rows.map(\.row), ProspectSources(context))
        let scorer = ProspectScorer(context.settings.prospect, outreach: context.settings.outreach, now: context.now)
        let found = rows.map { row -> Entry in
            let signals = scorer.card(for: row.row, page.signals(of: row.row)).researchSignals
            return (row.contact, row.row, signals, StoredScore.points(row.score.scoreBreakdown))
        }
        return Array((found.filter { !$0.signals.isEmpty } + found.filter(\.signals.isEmpty)).prefix(limit))
    }
}

/// The task `research` (PROS-004): briefs for those who are ready, a few a run, outside of scoring's time (K5).
enum ProspectResearch {
    static func research(_ context: TaskContext) async throws -> TaskResult {
        let limit = context.arguments.integer("limit") ?? 10
        let queue = try await ResearchQueue.read(limit: limit, context)
        var tally = Tally()
        for (index, entry) in queue.enumerated() {
            try Task.checkCancellation()
            context.progress("briefs", index, queue.count)
            let subject = try await subject(entry, context)
            guard let (brief, isTemplate) = try await brief(about: subject, context, &tally) else { break }
            tally.written.append((entry.contact, brief, isTemplate))
            guard !context.isDryRun else { continue }
            // PR-17: whoever got a brief meanwhile keeps it.
            let isOpen: Predicate<ProspectScores> = \.researchDone == false || .isNull(\.researchDone)
            try await context.store.update(
                where: \ProspectScores.contactID == entry.contact.id && isOpen,
                set: Draft {
                    $0.researchData = brief
                    $0.researchDone = true
                    $0.researchAt = context.now
                    $0.updatedAt = context.now
                })
        }
        return tally.result(left: queue.count - tally.written.count, isDryRun: context.isDryRun)
    }

    /// `nil`: the model cannot be had any more in this run; those who are left wait for the next one, since a template would
    /// stand for good (PR-17).
    private static func brief(
        about subject: ResearchSubject, _ context: TaskContext, _ tally: inout Tally
    ) async throws -> (JSON, isTemplate: Bool)? {
        let offers = OfferMatcher(context.settings.creators.offers)
        func template(_ reason: String) -> (JSON, isTemplate: Bool) {
            tally.fallbacks[reason, default: 0] += 1
            let texts = [subject.contact.bio, subject.contact.headline].compactMap { $0 }
            let offer = offers.best(
                texts + subject.words.filter(\.isTheirs).map(\.text), niche: subject.contact.nicheLabel)
            let brief = ResearchBrief.template(subject, offer: offer?.name)
            return (
                ResearchBrief.stored(brief, subject, generatedBy: "template", model: nil, at: context.now), true
            )
        }
        guard let model = context.services.model else {
            return template("no ANTHROPIC_API_KEY: a template instead of a brief")
        }
        do throws(ModelError) {
            let names = context.settings.creators.offers.map(\.name)
            let answer = try await model.answer(ResearchBrief.prompt(subject, offers: names))
            let brief = ResearchBrief.stored(
                answer.json, subject, generatedBy: "claude", model: answer.model, at: context.now)
            return (brief, false)
        } catch {
            switch error {
            case .declined, .unusable: return template("\(error)")
            case .budgetSpent(let reason):
                guard !tally.written.isEmpty else { throw TaskRefusal("budget: \(reason)") }
            case .unavailable(let reason):
                guard !tally.written.isEmpty else {
                    throw ServiceError("Anthropic", reason, isAway: true, isSafeToRepeat: true)
                }
            }
            tally.stopped = "\(error)"
            return nil
        }
    }

    private static func subject(_ entry: ResearchQueue.Entry, _ context: TaskContext) async throws -> ResearchSubject {
        let interactions = try await context.store.fetch(
            Query<Interactions>(limit: 50).filter(\.contactID == entry.contact.id)
                .order(by: \.createdAt, descending: true))
        let conversations = try await context.store.fetch(
            Query<Conversations>(limit: 20).filter(\.contactID == entry.contact.id))
        var said: [(at: Instant, isTheirs: Bool, text: String)] = []
        for conversation in conversations {
            guard let text = conversation.lastMessage ?? conversation.lastMessagePreview else { continue }
            let isOurs = conversation.lastMessageDirection == "outbound" || text.lowercased().hasPrefix("you:")
            said.append((conversation.lastMessageAt ?? conversation.createdAt ?? Instant(seconds: 0), !isOurs, text))
        }
        for row in interactions {
            if let text = row.content { said.append((row.createdAt, row.direction != "outbound", text)) }
        }
        let words = said.sorted { $0.at > $1.at }.map { (isTheirs: $0.isTheirs, text: $0.text) }
        return ResearchSubject(
            ranked: entry.contact, contact: entry.row, signals: entry.signals, breakdown: entry.breakdown, words: words)
    }

    /// What a run wrote.
    private struct Tally {
        var written: [(contact: RankedContact, brief: JSON, isTemplate: Bool)] = []
        /// Why templates stand where a model should have written, and how often.
        var fallbacks: [String: Int] = [:]
        /// Why the run ended before the queue did.
        var stopped: String?

        func result(left: Int, isDryRun: Bool) -> TaskResult {
            let templates = written.count { $0.isTemplate }
            var degraded = fallbacks.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value)×)" }
            if let stopped { degraded.append("\(left) briefs wait for the next run: \(stopped)") }
            let briefs = written.map { entry in
                JSON.object(entry.contact.members.merging(["research_data": entry.brief]) { $1 })
            }
            let marked = templates > 0 ? ", \(templates) of them templates" : ""
            let lines = written.map { "\($0.contact.name): \($0.brief["brief"]?.string ?? "")" }
            let head =
                written.isEmpty
                ? "nobody is ready for research"
                : "\(written.count) briefs written\(marked)\(isDryRun ? " (dry run: nothing stored)" : "")"
            return TaskResult(
                ([head] + lines).joined(separator: "\n"),
                data: ["written": JSON(written.count), "templates": JSON(templates), "briefs": .array(briefs)],
                degraded: degraded)
        }
    }
}
