import ActpTesting
import Scheduling
import Stores
import Time

extension SQLiteLedger {
    /// Opens the ledger of a directory as another process would.
    static func opened(
        in directory: TemporaryDirectory, as opener: Opener = .oneShot, at now: Instant
    ) throws -> SQLiteLedger {
        try SQLiteLedger(directory: directory.path, as: opener, texts: PlainAlertTexts(), at: now)
    }
}
