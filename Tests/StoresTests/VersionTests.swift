import ActpTesting
import Foundation
import Records
import Scheduling
import Stores
import Testing
import Time

/// Files of other versions: an older one is brought up to date beside a copy of what it was, a newer one is refused.
struct VersionTests {
    private let now = Instant.at("2026-03-02T09:00:00Z")
    private let time = ManualTime("2026-03-02T09:00:00Z")

    private func open(_ directory: TemporaryDirectory) throws {
        _ = try SQLiteLedger(directory: directory.path, as: .daemon, texts: PlainAlertTexts(), at: now)
    }

    @Test("a ledger of an older version is migrated, and what it was stays beside it")
    func older() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("ledger.db")
        try open(directory)
        #expect(try names(in: directory).allSatisfy { !$0.contains("version") }, "a new file has nothing to keep")
        _ = try sqlite(
            path,
            """
            DROP TABLE memory; DROP TABLE finding; DROP TABLE keyed_order; ALTER TABLE outbox DROP COLUMN holder;
            DROP INDEX run_ended; DROP INDEX run_missed; DROP INDEX run_generation; CREATE INDEX run_schedule ON run (schedule, planned_at);
            DELETE FROM grdb_migrations WHERE identifier IN ('3 memory', '4 findings', '5 orders', '6 history');
            """)
        try open(directory)
        #expect(try sqlite(path, "SELECT count(*) FROM memory") == "0\n")
        #expect(try names(in: directory).filter { $0.contains("version") } == ["ledger.db.version-2"])
        let kept = try sqlite(
            directory.file("ledger.db.version-2"),
            "SELECT count(*) FROM grdb_migrations; SELECT count(*) FROM sqlite_schema WHERE name = 'memory'")
        #expect(kept == "2\n0\n")
    }

    @Test("a file of a newer version is refused by its name and left as it was", arguments: ["ledger.db", "actp.db"])
    func newer(_ name: String) throws {
        let directory = try TemporaryDirectory()
        let path = directory.file(name)
        let open = {
            if name == "actp.db" {
                _ = try SQLiteStore(path: path, time: time)
            } else {
                try self.open(directory)
            }
        }
        try open()
        _ = try sqlite(path, "INSERT INTO grdb_migrations VALUES ('99 later')")
        #expect { try open() } throws: { error in
            "\(error)".contains("\(path) was written by a newer actpd; install that version, or restore a copy")
        }
        #expect(try sqlite(path, "SELECT count(*) FROM grdb_migrations WHERE identifier = '99 later'") == "1\n")
    }

    private func names(in directory: TemporaryDirectory) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path)
    }
}
