import ActpTesting
import Foundation
import HTTP
import Records
import Supabase
import Testing
import Time

/// The contract that the embedded store keeps too.
@Suite("the store over PostgREST", .timeLimit(.minutes(5)))
struct StoreContractTests {
    @Test(
        "keeps the contract over the stand-in", .enabled(if: PostgresCluster.isInstalled, "\(PostgresCluster.missing)"),
        arguments: StoreContract.cases)
    func standIn(_ promise: StoreContract.Case) async throws {
        try await Live.serve { store, _, _ in try await promise.run(Store(store)) }
    }
}
