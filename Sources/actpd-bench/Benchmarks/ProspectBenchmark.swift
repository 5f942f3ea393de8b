import Stores
import Time
import Transfer

extension Benchmark {
    static let prospect = Benchmark("prospect", "score-all over made contacts, in the embedded store") { bench in
        let small = try await Scoring(bench, contacts: 500)
        let medium = try await Scoring(bench, contacts: 10_000)
        let large = try await Scoring(bench, contacts: 100_000)
        return [
            Figure("score-all, 500 contacts", small.first.seconds, .seconds, below: 1),
            Figure("score-all, 10,000 contacts", medium.first.seconds, .seconds),
            Figure(
                "score-all, 100,000 contacts", large.first.seconds, .seconds, below: 10,
                note: "database \(Figure.shown(large.databaseMegabytes)) MB"),
            Figure("score-all, 100,000 contacts, once more", large.again.seconds, .seconds, below: 10),
            Figure("score-all, 100,000 contacts: processor time", large.first.end.processorSeconds, .seconds),
            Figure("peak resident memory, 500 contacts", small.peak, .megabytes),
            Figure("peak resident memory, 10,000 contacts", medium.peak, .megabytes),
            Figure("peak resident memory, 100,000 contacts", large.peak, .megabytes),
            Figure("memory at 100,000 over that at 10,000", large.peak / medium.peak, .factor, atMost: 1.1),
        ]
    }
}

/// `actpd --run-now prospect score-all` over a crowd of some size, twice.
private struct Scoring {
    let first: (seconds: Double, end: Child.End)
    let again: (seconds: Double, end: Child.End)
    let databaseMegabytes: Double

    var peak: Double { max(first.end.peakMegabytes, again.end.peakMegabytes) }

    init(_ bench: Bench, contacts: Int) async throws {
        let site = try Site(bench, "prospect")
        defer { site.remove() }
        Progress.show("prospect: making \(contacts) contacts")
        try await Scoring.fill(site.database, contacts: contacts)
        Progress.show("prospect: scoring \(contacts) contacts")
        first = try site.run("--run-now", "prospect", "score-all")
        again = try site.run("--run-now", "prospect", "score-all")
        databaseMegabytes = Double(try Scratch.size(of: site.database)) / 1e6
    }

    private static func fill(_ path: String, contacts: Int) async throws {
        let backend = try SQLiteStore(path: path, time: SystemTime())
        let crowd = SampleBusiness(now: Clock.now).crowd(contacts: contacts)
        try await backend.load(SampleBusiness.handingOut(crowd))
    }
}
