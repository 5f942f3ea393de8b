internal import Foundation
internal import Glibc
internal import Synchronization

/// A PostgreSQL of the test run's own, on a Unix socket in a temporary directory. It is started when a test first needs it,
/// shared by all tests of the process, and gone with the process, however that ends.
public final class PostgresCluster: Sendable {
    /// Why there is no cluster.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// Whether PostgreSQL's server is installed; tests that need it say that they were skipped when not.
    public static var isInstalled: Bool { binaries != nil }

    /// For the trait that skips a test.
    public static let missing = "PostgreSQL is not installed (Debian: postgresql)"

    private static let started = Result { () throws(Failure) in try PostgresCluster() }

    /// The cluster, started on first use.
    public static func shared() throws(Failure) -> PostgresCluster { try started.get() }

    /// Where the socket is.
    let directory: String
    /// The shell that watches over the server waits for the end of this pipe.
    private let lifeline: FileHandle
    private let names = Mutex(0)

    /// Debian keeps the programs of each version apart; the newest is taken.
    private static let binaries: String? = {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return versions.compactMap { Int($0) }.sorted(by: >).map { "\(root)/\($0)/bin" }.first {
            FileManager.default.isExecutableFile(atPath: $0 + "/initdb")
        }
    }()

    private init() throws(Failure) {
        guard let binaries = PostgresCluster.binaries else { throw Failure(description: PostgresCluster.missing) }
        let shell = Process()
        // PostgreSQL refuses to run as root.
        let isRoot = geteuid() == 0
        shell.executableURL = URL(fileURLWithPath: isRoot ? "/usr/bin/setpriv" : "/bin/sh")
        shell.arguments =
            (isRoot ? ["--reuid=postgres", "--regid=postgres", "--init-groups", "/bin/sh"] : [])
            + ["-c", PostgresCluster.script, "sh", binaries]
        let (input, output) = (Pipe(), Pipe())
        shell.standardInput = input
        shell.standardOutput = output
        shell.currentDirectoryURL = URL(fileURLWithPath: "/")
        lifeline = input.fileHandleForWriting
        // No child of another test may hold it open.
        _ = fcntl(lifeline.fileDescriptor, F_SETFD, FD_CLOEXEC)
        do {
            try shell.run()
        } catch {
            throw Failure(description: "the shell of the test's PostgreSQL did not start: \(error)")
        }
        var answer = Data()
        while !answer.contains(10), case let part = output.fileHandleForReading.availableData, !part.isEmpty {
            answer += part
        }
        let words = String(decoding: answer, as: UTF8.self)
        guard words.hasPrefix("/") else { throw Failure(description: "the test's PostgreSQL did not start: \(words)") }
        directory = String(words.prefix { $0 != "\n" })
    }

    /// Order as on the hosted service: by language, not by bytes. Nothing here need survive a power cut.
    private static let script = """
        dir=$(mktemp -d /tmp/actpd-postgres-XXXXXX) || exit 1
        trap '"$1/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1; rm -rf "$dir"' EXIT
        trap 'exit 1' HUP INT TERM
        "$1/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --no-locale --locale-provider=icu --icu-locale=en-US \\
            --no-sync >"$dir/log" 2>&1 \\
        && "$1/pg_ctl" -w -D "$dir/data" -l "$dir/log" -o "-c listen_addresses='' -c unix_socket_directories='$dir' \\
            -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c max_connections=200 \\
            -c shared_buffers=64MB -c timezone=UTC -c log_timezone=UTC" start >/dev/null 2>&1 \\
        || { tail -n 20 "$dir/log"; exit 1; }
        echo "$dir"
        cat >/dev/null
        """

    /// An empty database with the roles of the hosted service, dropped with the value.
    public func database(sql: String = "") throws -> PostgresDatabase {
        let name = names.withLock { number in
            number += 1
            return "test\(number)"
        }
        return try PostgresDatabase(self, name: name, sql: sql)
    }
}

/// A database of its own for a test; gone when the value is.
public final class PostgresDatabase: Sendable {
    public let name: String
    private let cluster: PostgresCluster
    private let idle = Mutex<[PostgresConnection]>([])

    fileprivate init(_ cluster: PostgresCluster, name: String, sql: String) throws {
        self.cluster = cluster
        self.name = name
        _ = try PostgresConnection(cluster.directory, database: "postgres").run("CREATE DATABASE \(name)")
        try run(PostgresDatabase.roles)
        if !sql.isEmpty { try run(sql) }
        try run(PostgresDatabase.grants)
    }

    private static let roles = """
        DO $$ BEGIN
            PERFORM pg_advisory_xact_lock(1);
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'anon') THEN
                CREATE ROLE anon NOLOGIN;
                CREATE ROLE service_role NOLOGIN BYPASSRLS;
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$
        """

    private static let grants = """
        GRANT USAGE ON SCHEMA public TO anon, service_role;
        GRANT ALL ON ALL TABLES IN SCHEMA public TO anon, service_role;
        GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO anon, service_role;
        GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO anon, service_role
        """

    /// Runs SQL as the database's owner; several statements are one transaction.
    @discardableResult
    public func run(_ sql: String) throws -> [[String?]] {
        try withConnection { connection in try connection.run(sql) }
    }

    /// Runs SQL and returns what PostgreSQL warns of.
    public func warnings(of sql: String) throws -> [String] {
        try withConnection { connection in
            _ = connection.takeWarnings()
            _ = try connection.run(sql)
            return connection.takeWarnings()
        }
    }

    func withConnection<Result>(_ body: (PostgresConnection) throws -> Result) throws -> Result {
        let connection = try idle.withLock { $0.popLast() } ?? PostgresConnection(cluster.directory, database: name)
        defer { if connection.isUsable { idle.withLock { $0.append(connection) } } }
        return try body(connection)
    }

    /// Ends every connection from the server's side, as a restart of the database would.
    public func disconnectEverybody() throws {
        _ = try PostgresConnection(cluster.directory, database: "postgres")
            .run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'")
    }

    deinit {
        idle.withLock { $0 = [] }
        // The cluster goes with the process, and what is left in it too.
        _ = try? PostgresConnection(cluster.directory, database: "postgres").run("DROP DATABASE \(name) WITH (FORCE)")
    }
}
