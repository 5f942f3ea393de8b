import JSON
import Records
import Stores
import Time
import Transfer

extension Benchmark {
    static let outreach = Benchmark("outreach", "due and build-queue over made contacts, in the embedded store") {
        bench in
        let medium = try await Queueing(bench, contacts: 10_000)
        let large = try await Queueing(bench, contacts: 100_000)
        return [
            Figure("due, 10,000 contacts, 50,000 interactions", medium.due.seconds, .seconds),
            Figure("due, 100,000 contacts, 500,000 interactions", large.due.seconds, .seconds, below: 5),
            Figure("build-queue, 100,000 contacts, 500,000 interactions", large.build.seconds, .seconds, below: 5),
            Figure("build-queue once more", large.again.seconds, .seconds, below: 5),
            Figure("peak resident memory, 10,000 contacts", medium.peak, .megabytes),
            Figure("peak resident memory, 100,000 contacts", large.peak, .megabytes),
            Figure("memory at 100,000 over that at 10,000", large.peak / medium.peak, .factor, atMost: 1.1),
        ]
    }
}

/// `outreach due` and `build-queue` over a scored crowd with five interactions a contact.
private struct Queueing {
    let due: (seconds: Double, end: Child.End)
    let build: (seconds: Double, end: Child.End)
    let again: (seconds: Double, end: Child.End)

    var peak: Double { [due, build, again].map(\.end.peakMegabytes).max() ?? 0 }

    init(_ bench: Bench, contacts: Int) async throws {
        let site = try Site(bench, "outreach")
        defer { site.remove() }
        Progress.show("outreach: making \(contacts) contacts")
        let now = Clock.now
        let backend = try SQLiteStore(path: site.database, time: SystemTime())
        let crowd = SampleBusiness(now: now).crowd(contacts: contacts)
        try await backend.load(SampleBusiness.handingOut(crowd))
        try await backend.load(SampleBusiness.handingOut(OlderInteractions(crowd: crowd, now: now)))
        _ = try site.run("--run-now", "prospect", "score-all")
        Progress.show("outreach: queueing for \(contacts) contacts")
        due = try site.run("--run-now", "outreach", "due")
        build = try site.run("--run-now", "outreach", "build-queue")
        again = try site.run("--run-now", "outreach", "build-queue")
    }
}

/// Three older interactions for each contact of a crowd, of which none keeps it from being due.
private struct OlderInteractions<Crowd: Sequence<InsertStatement> & Sendable>: Sequence, Sendable {
    let crowd: Crowd
    let now: Instant

    func makeIterator() -> AnyIterator<InsertStatement> {
        var statements = crowd.makeIterator()
        return AnyIterator {
            while let statement = statements.next() {
                guard statement.table.name == Contacts.definition.name,
                    let position = statement.columns.firstIndex(of: Contacts.columns.id.name)
                else { continue }
                return interactions(of: statement.rows.map { $0[position] })
            }
            return nil
        }
    }

    private func interactions(of contacts: [Cell]) -> InsertStatement {
        let table = Interactions.columns
        let columns = [
            table.contactID.name, table.type.name, table.direction.name, table.content.name, table.createdAt.name,
        ]
        var rows: [[Cell]] = []
        for contact in contacts {
            for number in 0..<3 {
                let isOurs = number == 1
                let type = Cell.text(isOurs ? "dm" : "dm_reply")
                let direction = Cell.text(isOurs ? "outbound" : "inbound")
                let at = Cell.instant(now - .seconds(Int64(30 + number) * 86_400))
                rows.append([contact, type, direction, .text("an older message of no importance"), at])
            }
        }
        return InsertStatement(table: Interactions.definition, columns: columns, rows: rows, conflict: .fail)
    }
}
