import JSON
import Records
import Time

/// A memory for dry runs: what is remembered can be read, and nothing can be changed.
struct UnchangingMemory: DomainMemory {
    private let memory: any DomainMemory

    init(_ memory: any DomainMemory) { self.memory = memory }

    func entry(_ topic: String, _ key: String) throws(StoreError) -> MemoryEntry? { try memory.entry(topic, key) }

    func entries(_ topic: String, since: Instant?, limit: Int) throws(StoreError) -> [MemoryEntry] {
        try memory.entries(topic, since: since, limit: limit)
    }

    func remember(_ changes: some Sequence<MemoryChange>, at now: Instant) throws(StoreError) {
        throw refusal(changes.first { _ in true }?.topic)
    }

    func claim(_ topic: String, _ key: String, _ value: JSON, at now: Instant) throws(StoreError) -> Bool {
        throw refusal(topic)
    }

    func forget(_ topic: String, before: Instant) throws(StoreError) -> Int { throw refusal(topic) }

    private func refusal(_ topic: String?) -> StoreError {
        StoreError(.undeclared, table: "memory", "a dry run must not change what is remembered (\(topic ?? ""))")
    }
}
