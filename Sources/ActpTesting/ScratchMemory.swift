public import JSON
public import Records
import Synchronization
public import Time

/// A domain's memory that lasts as long as the test.
public final class ScratchMemory: DomainMemory {
    private struct Place: Hashable {
        let topic: String
        let key: String
    }

    private let places = Mutex<[Place: MemoryEntry]>([:])

    public init() {}

    public func entry(_ topic: String, _ key: String) throws(StoreError) -> MemoryEntry? {
        places.withLock { $0[Place(topic: topic, key: key)] }
    }

    public func entries(_ topic: String, since: Instant?, limit: Int) throws(StoreError) -> [MemoryEntry] {
        let found = places.withLock { places in
            places.values.filter { entry in entry.topic == topic && since.map { entry.at >= $0 } ?? true }
        }
        return Array(found.sorted { ($0.at, $0.key) < ($1.at, $1.key) }.suffix(limit))
    }

    public func remember(_ changes: some Sequence<MemoryChange>, at now: Instant) throws(StoreError) {
        places.withLock { places in
            for change in changes {
                places[Place(topic: change.topic, key: change.key)] = change.value.map { value in
                    MemoryEntry(topic: change.topic, key: change.key, value: value, at: now)
                }
            }
        }
    }

    public func claim(_ topic: String, _ key: String, _ value: JSON, at now: Instant) throws(StoreError) -> Bool {
        places.withLock { places in
            let place = Place(topic: topic, key: key)
            guard places[place] == nil else { return false }
            places[place] = MemoryEntry(topic: topic, key: key, value: value, at: now)
            return true
        }
    }

    public func forget(_ topic: String, before: Instant) throws(StoreError) -> Int {
        places.withLock { places in
            let old = places.filter { $0.key.topic == topic && $0.value.at < before }
            for place in old.keys { places[place] = nil }
            return old.count
        }
    }
}
