import ActpTesting
import HTTP
import Records
import Supabase
import Synchronization
import Time
import Transfer

extension Benchmark {
    static let postgrest = Benchmark(
        "postgrest", "tables behind PostgREST's dialect over a PostgreSQL on this machine"
    ) { bench in
        guard PostgresCluster.isInstalled else { throw BenchError(PostgresCluster.missing) }
        return try await OwnersDatabase.serve { database in
            try await rows(database) + scoring(bench, database) + videos(bench, database)
        }
    }

    /// Rows in and out over the store itself.
    private static func rows(_ database: OwnersDatabase) async throws -> [Figure] {
        let store = try database.store()
        let crowd = SampleBusiness(now: Clock.now).crowd(contacts: 10_000)
        Progress.show("postgrest: writing 10,000 contacts with what belongs to them")
        let next = SampleBusiness.handingOut(crowd)
        let written = Counter()
        let start = Clock.uptime
        try await store.load {
            let statement = try next()
            written.add(statement?.rows.count ?? 0)
            return statement
        }
        let count = written.value
        let seconds = (Clock.uptime - start).fineSeconds
        let requests = database.requests
        let reading = Clock.uptime
        var read = 0
        try await Store(store).eachPage(of: Contacts.self) { read += $0.count }
        let readSeconds = (Clock.uptime - reading).fineSeconds
        return [
            Figure(
                "rows written", Double(count) / seconds, .perSecond,
                note: "\(count) rows in \(requests) requests, \(Figure.shown(seconds)) s"),
            Figure(
                "rows read, page by page", Double(read) / readSeconds, .perSecond,
                note: "\(read) contacts in \(database.requests - requests) requests"),
        ]
    }

    private static func scoring(_ bench: Bench, _ database: OwnersDatabase) throws -> [Figure] {
        var site = try Site(bench, "postgrest")
        defer { site.remove() }
        site.environment = database.settings
        func score(_ name: String) throws -> [Figure] {
            let before = database.requests
            let (seconds, end) = try site.run("--run-now", "prospect", "score-all")
            return [
                Figure(name, seconds, .seconds),
                Figure("\(name): requests", Double(database.requests - before), .count),
                Figure("\(name): peak resident memory", end.peakMegabytes, .megabytes),
            ]
        }
        return try score("score-all, 10,000 contacts") + score("score-all, 10,000 contacts, once more")
    }

    private static func videos(_ bench: Bench, _ database: OwnersDatabase) throws -> [Figure] {
        var site = try Site(bench, "postgrest")
        defer { site.remove() }
        site.environment = database.settings
        let file = site.directory + "/videos.csv"
        try Scratch.write(VideoText.csv(videos: 1_200), to: file)
        try site.run("import", "youtube_video_stats", file)
        let before = database.requests
        let (seconds, _) = try site.run("--run-now", "youtube", "full")
        return [
            Figure("youtube full, 1,200 new videos", seconds, .seconds),
            Figure("youtube full, 1,200 new videos: requests", Double(database.requests - before), .count),
        ]
    }
}

/// Rows that were handed out.
private final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func add(_ more: Int) { count.withLock { $0 += more } }
}

/// The owner's database as the hosted service shows it, and the settings that lead there.
private struct OwnersDatabase: Sendable {
    private static let key = "sb_secret_0123456789abcdef"

    private let server: StandInServer

    var settings: [String: String] {
        ["SUPABASE_URL": server.url, "SUPABASE_SERVICE_ROLE_KEY": OwnersDatabase.key]
    }

    /// Requests until now.
    var requests: Int { server.record.requests.count }

    static func serve<Result: Sendable>(_ body: (OwnersDatabase) async throws -> Result) async throws -> Result {
        var options = PostgRESTStandIn.Options()
        options.prefix = "/rest/v1"
        options.rowsMax = Store.pageSize
        options.isKeyNeeded = true
        options.roles = [key: "service_role"]
        let database = try PostgresCluster.shared().database(sql: PostgreSQLSchema.sql())
        return try await PostgRESTStandIn(database, options: options).serve { server in
            try await body(OwnersDatabase(server: server))
        }
    }

    func store() throws -> PostgRESTStore {
        let time = SystemTime()
        let address = try SupabaseAddress(url: server.url, key: Credential(OwnersDatabase.key), at: time.now())
        return PostgRESTStore(address, client: HTTPClient(time: time))
    }
}
