import ActpTesting
import Foundation
import HTTP
import Records
import Supabase
import Testing
import Time

/// The contract against whatever real server is there. Its tables are emptied before every case: never name a database
/// whose rows are wanted.
@Suite("a real server", .serialized, .timeLimit(.minutes(10)))
struct RealServerTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let url = environment["ACTPD_TEST_POSTGREST_URL"].flatMap { $0.isEmpty ? nil : $0 }
    private static let key = environment["ACTPD_TEST_POSTGREST_KEY"] ?? ""
    private static let isMissing = "ACTPD_TEST_POSTGREST_URL and ACTPD_TEST_POSTGREST_KEY are not set"

    @Test("keeps the contract", .enabled(if: url != nil, "\(isMissing)"), arguments: StoreContract.cases)
    func contract(_ promise: StoreContract.Case) async throws {
        let url = try #require(RealServerTests.url)
        let key = Credential(RealServerTests.key)
        let address =
            url.contains(".supabase.")
            ? try SupabaseAddress(url: url, key: key, at: SystemTime().now())
            : try SupabaseAddress(postgrest: url, key: key)
        let client = HTTPClient(time: SystemTime(), options: .init(userAgent: "actpd/test"))
        let store = Store(PostgRESTStore(address, client: client))
        // No case writes either of these: where they are, people live.
        let foreign = try await store.fetch(Query<Contacts>(limit: 1).filter(.isNotNull(\.source)))
        let tasks = try await store.fetch(Query<AgentTasks>(limit: 1))
        try #require(foreign.isEmpty && tasks.isEmpty, "this database has rows that no test wrote; name another one")
        // Rows that point to others go first.
        _ = try await store.delete(where: .isNotNull(\ProspectScores.createdAt) || .isNull(\ProspectScores.createdAt))
        _ = try await store.delete(where: \Contacts.username != "\u{1}")
        _ = try await store.delete(where: \ContentPerformance.platform != "\u{1}")
        _ = try await store.delete(where: \PostingSchedule.platform != "\u{1}")
        _ = try await store.delete(where: \NicheResonance.platform != "\u{1}")
        try await promise.run(store)
    }
}
