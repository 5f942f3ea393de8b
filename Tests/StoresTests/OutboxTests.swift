import ActpTesting
import JSON
import Records
import Scheduling
import Stores
import Testing
import Time

/// Messages on their way: taken in hand by one process at a time. Two ledgers on one directory stand for two processes.
@Suite struct OutboxTests {
    private let now = Instant.at("2026-03-02T09:00:00Z")

    private func ledger(_ directory: TemporaryDirectory, _ opener: SQLiteLedger.Opener = .oneShot) throws
        -> SQLiteLedger
    {
        try SQLiteLedger(directory: directory.path, as: opener, texts: PlainAlertTexts(), at: now)
    }

    private func texts(_ entries: [OutboxEntry]) -> [String] {
        entries.map { entry in
            if case .alert(let text) = entry.message { text } else { "?" }
        }
    }

    @Test("what one process has in hand no other gets, nor what came after it")
    func oneAtATime() throws {
        let directory = try TemporaryDirectory()
        let (first, second) = (try ledger(directory), try ledger(directory))
        try first.tell(["one", "two"], at: now)
        #expect(texts(try first.take(.owner, limit: 1)) == ["one"])
        try second.tell(["three"], at: now)
        #expect(try second.take(.owner, limit: 9).isEmpty)
        let rest = try first.take(.owner, limit: 9)
        #expect(texts(rest) == ["one", "two", "three"])
        try first.delivered(Array(rest.prefix(2)))
        #expect(try second.take(.owner, limit: 9).isEmpty)
        try first.putBack(Array(rest.suffix(1)))
        #expect(texts(try second.take(.owner, limit: 9)) == ["three"])
    }

    @Test("task rows and messages to the owner do not hold each other up")
    func apart() throws {
        let directory = try TemporaryDirectory()
        let (first, second) = (try ledger(directory), try ledger(directory))
        try first.tell(["one"], at: now)
        let request = RunRequest(
            trigger: .manual, due: now, domain: "test", task: "work", policy: Policy(timeout: .seconds(60)))
        try second.begin(request, at: now)
        #expect(try first.take(.owner, limit: 9).count == 1)
        #expect(try second.take(.taskLog, limit: 9).count == 1)
    }

    @Test("what a process had in hand when it died is free again")
    func death() throws {
        let directory = try TemporaryDirectory()
        let second = try ledger(directory)
        do {
            let first = try ledger(directory)
            try first.tell(["one"], at: now)
            #expect(try first.take(.owner, limit: 9).count == 1)
            #expect(try second.take(.owner, limit: 9).isEmpty)
            withExtendedLifetime(first) {}
        }
        #expect(texts(try second.take(.owner, limit: 9)) == ["one"])
    }

    @Test("of two processes that deliver at the same moment each message is delivered by one")
    func race() async throws {
        let directory = try TemporaryDirectory()
        let ledgers = [try ledger(directory), try ledger(directory)]
        try ledgers[0].tell((0..<100).map { "message \($0)" }, at: now)
        let sent = try await withThrowingTaskGroup(of: [String].self) { group in
            for ledger in ledgers {
                group.addTask {
                    var sent: [String] = []
                    while try ledger.backlog(.owner).count > 0 {
                        let entries = try ledger.take(.owner, limit: 7)
                        sent += self.texts(entries)
                        try ledger.delivered(entries)
                        await Task.yield()
                    }
                    return sent
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(sent.count == 100 && Set(sent).count == 100)
    }

    @Test("a finding replaces the one before of the same subject, and goes")
    func findings() throws {
        let directory = try TemporaryDirectory()
        let ledger = try ledger(directory)
        try ledger.note("a", ["error": "first"], at: now)
        try ledger.note("b", ["error": "other"], at: now)
        try ledger.note("a", ["error": "second"], at: now + .seconds(1))
        let found = try ledger.findings()
        #expect(found.map(\.subject) == ["a", "b"])
        #expect(found.first?.body == ["error": "second"] && found.first?.at == now + .seconds(1))
        try ledger.note("a", nil, at: now)
        #expect(try ledger.findings().map(\.subject) == ["b"])
    }
}
