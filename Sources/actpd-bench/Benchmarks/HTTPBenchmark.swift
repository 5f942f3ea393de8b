import ActpTesting
import Glibc
import JSON
import Time

extension Benchmark {
    static let http = Benchmark("http", "the daemon asked over HTTP by wrk, and what it costs the schedules") { bench in
        guard access(Wrk.path, X_OK) == 0 else { throw BenchError("\(Wrk.path) is not there (Debian: wrk)") }
        return try idleServer(bench) + (try answers(bench)) + (try underLoad(bench))
    }

    private static func idleServer(_ bench: Bench) throws -> [Figure] {
        let site = try Site(bench, "http-idle")
        defer { site.remove() }
        try site.write(try ScheduleText.neverFiring(copyOf: bench.schedules))
        try site.answerOverHTTP()
        let daemon = try site.serve()
        try Wrk("/health", connections: 4, seconds: 2).run(site)
        Clock.sleep(until: Clock.now + .seconds(5))
        let memory = Proc.memory(of: daemon.child.process)
        try daemon.stop()
        return [
            Figure("idle with the server on: resident", memory.resident, .megabytes, atMost: 45),
            Figure("idle with the server on: anonymous", memory.anonymous, .megabytes),
        ]
    }

    private static func answers(_ bench: Bench) throws -> [Figure] {
        let site = try Site(bench, "http-answers")
        defer { site.remove() }
        try site.write(ScheduleText.everyday(10_000))
        try site.answerOverHTTP()
        let daemon = try site.serve()
        let scrape = try Wrk("/metrics", connections: 1, seconds: 5).run(site)
        let alone = try Wrk("/health", connections: 4, seconds: 5).run(site)
        let load = try Wrk("/api/runs", connections: 16, seconds: 8, perSecond: 500).start(site)
        let loaded = try Wrk("/health", connections: 4, seconds: 5, perSecond: 100).run(site)
        _ = try load.end()
        try daemon.stop()
        return [
            Figure("/metrics, 10,000 schedules: p50", scrape.p50, .milliseconds),
            Figure("/metrics, 10,000 schedules: p99", scrape.p99, .milliseconds, below: 50),
            Figure("/health: p99", alone.p99, .milliseconds, below: 5, note: "\(Int(alone.perSecond)) a second"),
            Figure("/health beside 500 /api/runs a second: p99", loaded.p99, .milliseconds, below: 5),
        ]
    }

    /// The same schedules with nobody asking, with 500 requests a second, and beside 10,000 connections that say nothing.
    private static func underLoad(_ bench: Bench) throws -> [Figure] {
        let scenario = LatenessScenario(
            name: "17 starts each second", count: 1_000, seconds: 20, bars: (nil, nil), isBurst: false)
        let quiet = try scenario.run(bench) { try $0.answerOverHTTP() }.milliseconds
        var asked = Wrk.Answer(p50: 0, p99: 0, perSecond: 0, failed: 0)
        let loaded = try scenario.run(bench) {
            try $0.answerOverHTTP()
        } meanwhile: { site in
            asked = try Wrk("/api/runs", connections: 16, seconds: 18, perSecond: 500).run(site)
        }.milliseconds
        var opened = 0
        let crowded = try scenario.run(bench) {
            try $0.answerOverHTTP()
        } meanwhile: { _ in
            let connections = try IdleConnections(10_000, port: Wrk.port)
            opened = connections.count
            Clock.sleep(until: Clock.now + .seconds(15))
        }.milliseconds
        return [
            Figure("start lateness, nobody asks: p99", quiet.percentile(99), .milliseconds),
            Figure(
                "start lateness beside 500 /api/runs a second: p99", loaded.percentile(99), .milliseconds, below: 10,
                note: "\(Int(asked.perSecond)) a second, p99 \(Figure.shown(asked.p99)) ms, \(asked.failed) failed"),
            Figure(
                "start lateness beside 10,000 connections: p99", crowded.percentile(99), .milliseconds, below: 10,
                note: "\(opened) opened, those beyond 256 closed at once"),
        ]
    }
}

extension Site {
    /// Has the daemon answer `wrk`.
    fileprivate func answerOverHTTP() throws {
        try Scratch.write(
            #"{ "http": { "port": \#(Wrk.port), "requestsPerSecond": 100000 } }"#, to: directory + "/actpd.json")
        try Scratch.write("ACTPD_HTTP_TOKEN_READ=\(Wrk.token)\n", to: directory + "/secrets.env")
    }
}

/// Requests as Debian's `wrk` makes them.
private struct Wrk {
    static let path = "/usr/bin/wrk"
    static let port = 18_377
    static let token = "bench-0123456789abcdef0123"

    struct Answer {
        /// Milliseconds.
        let p50: Double
        let p99: Double
        let perSecond: Double
        /// Answers that were no success, and connections that failed.
        let failed: Int
    }

    struct Running {
        let child: Child
        let output: String

        func end() throws -> Answer {
            guard child.wait().status == 0 else { throw BenchError("wrk failed: \(Proc.text(output))") }
            return try Answer(Proc.text(output))
        }
    }

    let target: String
    let connections: Int
    let seconds: Int
    /// As many as it can when left out.
    var perSecond: Int?

    init(_ target: String, connections: Int, seconds: Int, perSecond: Int? = nil) {
        self.target = target
        self.connections = connections
        self.seconds = seconds
        self.perSecond = perSecond
    }

    @discardableResult
    func run(_ site: Site) throws -> Answer { try start(site).end() }

    func start(_ site: Site) throws -> Running {
        let name = site.directory + "/wrk-\(target.filter(\.isLetter))"
        // Each connection pauses so long between its requests.
        let pause = perSecond.map { "function delay() return \(connections * 1_000 / $0) end\n" } ?? ""
        try Scratch.write(pause + "wrk.headers['Authorization'] = 'Bearer \(Wrk.token)'\n", to: name + ".lua")
        let child = try Child(
            [
                Wrk.path, "-t1", "-c\(connections)", "-d\(seconds)s", "--latency", "-s", name + ".lua",
                "http://127.0.0.1:\(Wrk.port)\(target)",
            ], output: name + ".txt", errors: name + ".err")
        return Running(child: child, output: name + ".txt")
    }
}

extension Wrk.Answer {
    /// Reads what `wrk --latency` prints.
    init(_ text: String) throws {
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        func value(_ name: String) -> String? {
            lines.first { $0.count > 1 && $0[0] == name }?[1]
        }
        guard let p50 = value("50%").flatMap(Wrk.Answer.milliseconds),
            let p99 = value("99%").flatMap(Wrk.Answer.milliseconds),
            let rate = value("Requests/sec:").flatMap(Double.init)
        else { throw BenchError("wrk printed something else: \(text)") }
        (self.p50, self.p99, perSecond) = (p50, p99, rate)
        let failures = text.matches(of: /(?:Non-2xx or 3xx responses: |connect |read |write |timeout )(\d+)/)
        failed = failures.reduce(0) { $0 + (Int($1.1) ?? 0) }
    }

    private static func milliseconds(_ text: String) -> Double? {
        for (unit, factor) in [("us", 0.001), ("ms", 1), ("s", 1_000)] where text.hasSuffix(unit) {
            return Double(text.dropLast(unit.count)).map { $0 * factor }
        }
        return nil
    }
}

/// Connections on which nothing is said.
private final class IdleConnections {
    private var connections: [RawConnection] = []

    init(_ count: Int, port: Int) throws {
        var limit = rlimit(rlim_cur: rlim_t(count + 500), rlim_max: rlim_t(count + 500))
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        for _ in 0..<count {
            guard let connection = try? RawConnection(port: port) else { continue }
            connections.append(connection)
        }
    }

    var count: Int { connections.count }
}
