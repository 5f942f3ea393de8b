import ActpTesting
import Foundation
import Records
import Stores
import Testing
import Time

@Suite struct SQLiteStoreTests {
    private let time = ManualTime("2026-03-01T12:00:00Z")

    @Test("the embedded store keeps the contract", arguments: StoreContract.cases)
    func contract(_ promise: StoreContract.Case) async throws {
        let directory = try TemporaryDirectory()
        try await promise.run(Store(SQLiteStore(path: directory.file("actp.db"), time: time)))
    }

    @Test("rows are there after the file is opened again")
    func reopened() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("actp.db")
        try await Store(SQLiteStore(path: path, time: time)).insert([video("a")])
        let row = try await Store(SQLiteStore(path: path, time: time)).first(Query<YouTubeVideoStats>(limit: 1))
        #expect(row?.videoID == "a")
        #expect(row?.checkedAt == time.now())
    }

    @Test("a file that is no database is named, and left as it was")
    func corrupt() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("actp.db")
        let garbage = String(repeating: "this is not a database. ", count: 100)
        try garbage.write(toFile: path, atomically: true, encoding: .utf8)
        #expect { try SQLiteStore(path: path, time: time) } throws: { error in
            (error as? StoreError)?.code == .corrupt && "\(error)".contains(path)
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == garbage)
    }

    @Test("a file that lacks a column, or has another type for it, is refused by their names")
    func columns() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("actp.db")
        _ = try SQLiteStore(path: path, time: time)
        _ = try sqlite(
            path,
            """
            ALTER TABLE crm_contacts DROP COLUMN bio; ALTER TABLE actp_gen_jobs DROP COLUMN attempts;
            ALTER TABLE actp_gen_jobs ADD COLUMN attempts TEXT;
            """)
        #expect {
            try SQLiteStore(path: path, time: time)
        } throws: { error in
            "\(error)"
                == "store: unknown column: crm_contacts.bio is missing; actp_gen_jobs.attempts is TEXT, not INTEGER"
        }
    }

    @Test("a load that fails halfway leaves nothing")
    func load() async throws {
        let store = Store(try SQLiteStore(inMemoryAt: time))
        let statement = InsertStatement(
            table: YouTubeVideoStats.definition, columns: ["video_id"], rows: [[.text("a")]], conflict: .update)
        let source = OneThenFailure(statement)
        await #expect(throws: OneThenFailure.Stop.self) { try await store.load { try source.next() } }
        #expect(try await store.fetch(Query<YouTubeVideoStats>(limit: 1)).isEmpty)
    }

    @Test("a scoped store refuses tables that were not declared")
    func scope() async throws {
        let store = Store(try SQLiteStore(inMemoryAt: time)).scoped(
            to: "youtube", reads: ["youtube_video_stats"], writes: ["actp_niche_resonance"])
        _ = try await store.fetch(Query<YouTubeVideoStats>(limit: 1))
        _ = try await store.fetch(Query<NicheResonance>(limit: 1))
        await #expect { try await store.insert([video("a")]) } throws: { ($0 as? StoreError)?.code == .undeclared }
        await #expect { try await store.fetch(Query<Contacts>(limit: 1)) } throws: {
            "\($0)" == "store: undeclared on crm_contacts: youtube does not declare that it reads this table"
        }
    }

    private func video(_ id: String) -> Draft<YouTubeVideoStats> { Draft { $0.videoID = id } }
}

/// Hands out one statement and then fails, as a reader does that meets a bad line.
private final class OneThenFailure: @unchecked Sendable {
    struct Stop: Error {}

    /// Only the store's queue calls ``next()``, one call after the other.
    private var statement: InsertStatement?

    init(_ statement: InsertStatement) { self.statement = statement }

    func next() throws -> InsertStatement? {
        guard let statement else { throw Stop() }
        self.statement = nil
        return statement
    }
}
