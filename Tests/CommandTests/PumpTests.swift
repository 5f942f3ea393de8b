import ActpTesting
import Logging
import Records
import Scheduling
import Stores
import Testing
import Time

@testable import actpd

struct PumpTests {
    @Test("asked to try again, it does so at once, however long it would have rested", .timeLimit(.minutes(2)))
    func retry() async throws {
        let directory = try TemporaryDirectory()
        let time = ManualTime(Instant(seconds: 1_767_225_600))
        let ledger = try SQLiteLedger(
            directory: directory.path, as: .daemon, texts: PlainAlertTexts(), at: time.now())
        let (attempts, attempt) = AsyncStream.makeStream(of: Void.self)
        let pump = Pump(
            "messages", workers: WorkerPool(limit: 1), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            record: DeliveryRecord(destination: .owner, ledger: ledger, time: time)
        ) {
            attempt.yield()
            throw StoreError(.failed, table: nil, "away")
        }
        pump.wake()
        var iterator = attempts.makeAsyncIterator()
        // Left to itself it would rest for 1, 2, 4 … 256 seconds between these.
        for _ in 1...9 {
            _ = await iterator.next()
            while pump.trouble == nil || !pump.isResting { await Task.yield() }
            pump.retry()
        }
        _ = await iterator.next()
    }
}
