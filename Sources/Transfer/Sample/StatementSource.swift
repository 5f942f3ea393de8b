import Records
import Synchronization

/// Hands a sequence of statements to the store's thread. A lock, not an actor: the store pulls without waiting.
final class StatementSource: Sendable {
    private let iterator: Mutex<AnyIterator<InsertStatement>>

    init<Statements: Sequence<InsertStatement> & Sendable>(_ statements: Statements) {
        iterator = Mutex(AnyIterator(statements.makeIterator()))
    }

    func next() -> InsertStatement? { iterator.withLock { $0.next() } }
}

/// People page by page, made when they are asked for.
struct Crowd: Sequence, Sendable {
    private static let pageSize = 200

    let business: SampleBusiness
    let contacts: Int

    func makeIterator() -> Iterator { Iterator(crowd: self) }

    struct Iterator: IteratorProtocol {
        let crowd: Crowd
        private var position = 0
        private var ready: [InsertStatement] = []

        init(crowd: Crowd) { self.crowd = crowd }

        mutating func next() -> InsertStatement? {
            if ready.isEmpty, position < crowd.contacts {
                let end = Swift.min(position + Crowd.pageSize, crowd.contacts)
                ready = crowd.business.statements(forPeople: position..<end).reversed()
                position = end
            }
            return ready.popLast()
        }
    }
}
