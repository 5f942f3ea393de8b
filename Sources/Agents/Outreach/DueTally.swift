import JSON
import Records
import Time

/// A contact that may be written to, as lists show it and as the queue's builder takes it.
struct DueContact: Hashable, Sendable {
    let id: RowID
    let name: String
    let score: Int
    let touch: PlannedTouch

    /// OU-05: by stage; within one the higher score, then the name, so that lists do not change from run to run.
    static func goesFirst(_ a: DueContact, _ b: DueContact) -> Bool {
        (a.touch.priority, b.score, a.name, a.id) < (b.touch.priority, a.score, b.name, b.id)
    }

    /// Why the contact is due, for people.
    var reason: String {
        guard let last = touch.lastTouch else {
            return "\(touch.stage.rawValue) stage, never written to in the look-back"
        }
        return
            "\(touch.stage.rawValue) stage, last touch \(last.iso8601), \(touch.touchesThisWeek) in the last 168 hours"
    }

    var json: JSON { .object(members) }

    var members: [String: JSON] {
        [
            "contact_id": .string(id.text), "name": .string(name), "platform": .string(touch.address.platform.rawValue),
            "stage": .string(touch.stage.rawValue), "score": JSON(score),
            "scheduled_for": .string(touch.scheduledFor.iso8601), "reason": .string(reason),
        ]
    }
}

/// Who is due and why the others are not; its size does not depend on their number.
struct DueTally {
    private(set) var due = 0
    private(set) var stages: [FunnelStage: Int] = [:]
    private(set) var notDue: [NotDue: Int] = [:]
    private(set) var orphans = 0
    private(set) var seen = 0
    /// The first of all who are due, as many as are wanted.
    private(set) var first: TopList<DueContact>

    init(limit: Int) { first = TopList(limit, by: DueContact.goesFirst) }

    mutating func add(_ page: OutreachPage, _ rules: OutreachRules, at now: Instant) {
        orphans += page.orphans
        seen += page.cases.count + page.orphans
        for person in page.cases {
            switch rules.verdict(person, at: now) {
            case .failure(let refused): notDue[refused.reason, default: 0] += 1
            case .success(let touch):
                due += 1
                stages[touch.stage, default: 0] += 1
                guard !isBeyond(touch, person.score) else { continue }
                let name = RankedContact(person.contact, stage: touch.stage.rawValue, score: person.score).name
                first.insert(DueContact(id: person.contact.id, name: name, score: person.score, touch: touch))
            }
        }
    }

    /// Whether such a contact would not be taken, so that most need not be looked at.
    private func isBeyond(_ touch: PlannedTouch, _ score: Int) -> Bool {
        guard first.isFull, let last = first.elements.last else { return false }
        return (touch.priority, last.score) > (last.touch.priority, score)
    }

    var data: [String: JSON] {
        [
            "due": JSON(due), "seen": JSON(seen), "without_contact": JSON(orphans),
            "due_by_stage": .object(
                Dictionary(uniqueKeysWithValues: FunnelStage.allCases.map { ($0.rawValue, JSON(stages[$0] ?? 0)) })),
            "not_due": .object(Dictionary(uniqueKeysWithValues: notDue.map { ($0.key.rawValue, JSON($0.value)) })),
        ]
    }

    /// One line for people.
    var summary: String {
        let counts = FunnelStage.allCases.reversed().map { "\(String.grouped(stages[$0] ?? 0)) \($0.rawValue)" }
        let others = NotDue.allCases.compactMap { reason in
            notDue[reason].map { "\(String.grouped($0)) \(reason.rawValue.replacing("_", with: " "))" }
        }
        return "\(String.grouped(due)) contacts due (\(counts.joined(separator: ", ")))"
            + (others.isEmpty ? "" : "; not due: \(others.joined(separator: ", "))")
    }
}
