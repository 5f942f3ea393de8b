public import JSON
public import Time

/// What one domain remembers beside the tables: which alert was given, what was drawn, which step was about to be taken.
///
/// The tables are shared with other programs and have no place for it. Entries are kept by topic and key; every call is one
/// transaction that is on the disk when it returns, and may come from any thread.
public protocol DomainMemory: Sendable {
    /// `nil` when nothing is remembered under the key.
    func entry(_ topic: String, _ key: String) throws(StoreError) -> MemoryEntry?

    /// The topic's entries, the oldest first.
    ///
    /// - Parameters:
    ///   - since: only those written at this instant or later; `nil`: all.
    ///   - limit: of more entries, the newest.
    func entries(_ topic: String, since: Instant?, limit: Int) throws(StoreError) -> [MemoryEntry]

    /// Writes all changes or none. Later ones of the same key win.
    func remember(_ changes: some Sequence<MemoryChange>, at now: Instant) throws(StoreError)

    /// Writes an entry if there is none under its key. Of any number of processes that try, one gets `true`: for what may
    /// be done once only.
    func claim(_ topic: String, _ key: String, _ value: JSON, at now: Instant) throws(StoreError) -> Bool

    /// Forgets the topic's entries that were written before the instant; returns how many.
    @discardableResult
    func forget(_ topic: String, before: Instant) throws(StoreError) -> Int
}

/// One thing that is remembered.
public struct MemoryEntry: Hashable, Sendable {
    public let topic: String
    public let key: String
    public let value: JSON
    /// When it was last written.
    public let at: Instant

    public init(topic: String, key: String, value: JSON, at: Instant) {
        self.topic = topic
        self.key = key
        self.value = value
        self.at = at
    }
}

/// A change to what is remembered.
public struct MemoryChange: Hashable, Sendable {
    public let topic: String
    public let key: String
    /// `nil`: the entry is forgotten.
    public let value: JSON?

    public init(_ topic: String, _ key: String, _ value: JSON?) {
        self.topic = topic
        self.key = key
        self.value = value
    }
}

extension DomainMemory {
    public func value(_ topic: String, _ key: String) throws(StoreError) -> JSON? { try entry(topic, key)?.value }
}
