import HTTP
import Records
import Synchronization

/// Hears of what the edge notices by itself, and hands it to the process that knows what to do with it.
final class Notices: Sendable {
    enum Notice: Sendable {
        /// A service is left alone from now on, or answers again.
        case host(HTTPHostState)
        /// Columns that the live tables lack are done without.
        case switchedOff([SchemaDifference])
    }

    private let listener = Mutex<(@Sendable (Notice) -> Void)?>(nil)

    /// Until somebody listens, columns that are done without are said on standard error.
    func give(_ notice: Notice) {
        if let listener = listener.withLock({ $0 }) { return listener(notice) }
        if case .switchedOff(let columns) = notice {
            for column in columns { Terminal.error("actpd: \(column)") }
        }
    }

    /// - Parameter listener: called on whatever thread notices, which must not be held up.
    func listen(_ listener: @escaping @Sendable (Notice) -> Void) { self.listener.withLock { $0 = listener } }
}
