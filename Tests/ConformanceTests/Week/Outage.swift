import ActpTesting
import Records
import Synchronization
import Time

/// What the business depends on and what fails for some hours of the week, each in turn.
struct Outages: Sendable {
    enum Service: String, CaseIterable, Sendable {
        case research, renderer, store, publisher, browser, messages, telegram, model
    }

    struct Span: Sendable {
        let service: Service
        let from: Instant
        let until: Instant
    }

    /// Monday's research, the renders that the gaps of Monday ask for, Tuesday's morning with the pipeline, and so on: each
    /// hits slots that need the service.
    static let spans = [
        Span(service: .research, from: .at("2026-03-02T02:30:00Z"), until: .at("2026-03-02T04:00:00Z")),
        Span(service: .renderer, from: .at("2026-03-02T05:20:00Z"), until: .at("2026-03-02T12:00:00Z")),
        // Renders are done and go out.
        Span(service: .publisher, from: .at("2026-03-02T12:25:00Z"), until: .at("2026-03-02T12:50:00Z")),
        Span(service: .store, from: .at("2026-03-03T05:30:00Z"), until: .at("2026-03-03T08:10:00Z")),
        // A test is written meanwhile.
        Span(service: .model, from: .at("2026-03-03T13:00:00Z"), until: .at("2026-03-03T19:00:00Z")),
        Span(service: .publisher, from: .at("2026-03-04T10:00:00Z"), until: .at("2026-03-04T16:00:00Z")),
        Span(service: .browser, from: .at("2026-03-05T09:00:00Z"), until: .at("2026-03-05T15:00:00Z")),
        // While a test runs whose figures are wanted.
        Span(service: .browser, from: .at("2026-03-06T19:00:00Z"), until: .at("2026-03-07T01:00:00Z")),
        Span(service: .messages, from: .at("2026-03-06T12:30:00Z"), until: .at("2026-03-06T16:00:00Z")),
        Span(service: .telegram, from: .at("2026-03-07T04:00:00Z"), until: .at("2026-03-07T20:00:00Z")),
    ]

    let time: ManualTime

    func isOut(_ service: Service) -> Bool {
        let now = time.now()
        return Outages.spans.contains { $0.service == service && $0.from <= now && now < $0.until }
    }

    /// A handler that breaks every connection while the service is out, and counts what it met meanwhile.
    func around(
        _ service: Service, _ met: Tally, _ handler: @escaping StandInServer.Handler
    ) -> StandInServer.Handler {
        { request in
            guard isOut(service) else { return handler(request) }
            met.add(service.rawValue)
            return .hangUp
        }
    }
}

/// Counts things by name.
final class Tally: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    func add(_ name: String) { counts.withLock { $0[name, default: 0] += 1 } }

    subscript(name: String) -> Int { counts.withLock { $0[name] ?? 0 } }
}

/// A database that cannot be reached for some hours.
struct StoreWithOutages: StoreBackend {
    let inner: any StoreBackend
    let outages: Outages
    let met: Tally

    private func check() throws(StoreError) {
        guard outages.isOut(.store) else { return }
        met.add(Outages.Service.store.rawValue)
        throw StoreError(.unavailable, table: nil, "could not connect")
    }

    func select(_ statement: SelectStatement) async throws(StoreError) -> [[Cell]] {
        try check()
        return try await inner.select(statement)
    }

    func insert(_ statement: InsertStatement) async throws(StoreError) {
        try check()
        try await inner.insert(statement)
    }

    func update(_ statement: UpdateStatement) async throws(StoreError) -> [[Cell]] {
        try check()
        return try await inner.update(statement)
    }

    func delete(_ statement: DeleteStatement) async throws(StoreError) -> Int {
        try check()
        return try await inner.delete(statement)
    }

    func load(_ next: @escaping @Sendable () throws -> InsertStatement?) async throws {
        try check()
        try await inner.load(next)
    }
}
