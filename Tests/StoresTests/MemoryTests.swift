import ActpTesting
import JSON
import Records
import Stores
import Testing
import Time

/// What every memory of a domain must do; the one that tests use must not be more lenient than the real one.
struct MemoryTests {
    enum Kind: CaseIterable { case ledger, scratch }

    private static let noon = Instant(seconds: 1_772_452_800)

    private static func memory(of domain: String, in directory: TemporaryDirectory) throws -> LedgerMemory {
        try SQLiteLedger(directory: directory.path, as: .oneShot, texts: PlainAlertTexts(), at: noon)
            .memory(of: domain)
    }

    /// A memory, and what keeps its file alive.
    private func memory(_ kind: Kind) throws -> (any DomainMemory, TemporaryDirectory) {
        let directory = try TemporaryDirectory()
        switch kind {
        case .scratch: return (ScratchMemory(), directory)
        case .ledger: return (try MemoryTests.memory(of: "outreach", in: directory), directory)
        }
    }

    @Test("what is remembered comes back, and the later value wins", arguments: Kind.allCases)
    func remembers(_ kind: Kind) throws {
        let (memory, directory) = try memory(kind)
        defer { withExtendedLifetime(directory) {} }
        #expect(try memory.entry("alerts", "a") == nil)
        let both = [MemoryChange("alerts", "a", 1), MemoryChange("alerts", "b", ["x": "é"])]
        try memory.remember(both, at: MemoryTests.noon)
        try memory.remember([MemoryChange("alerts", "a", 2)], at: MemoryTests.noon + .seconds(1))
        #expect(try memory.value("alerts", "a") == 2)
        #expect(try memory.entry("alerts", "b")?.at == MemoryTests.noon)
        try memory.remember([MemoryChange("alerts", "b", nil)], at: MemoryTests.noon)
        #expect(try memory.entries("alerts", since: nil, limit: 10).map(\.key) == ["a"])
    }

    @Test("a claim is won once", arguments: Kind.allCases)
    func claims(_ kind: Kind) throws {
        let (memory, directory) = try memory(kind)
        defer { withExtendedLifetime(directory) {} }
        #expect(try memory.claim("intent", "row", "first", at: MemoryTests.noon))
        #expect(try !memory.claim("intent", "row", "second", at: MemoryTests.noon))
        #expect(try memory.value("intent", "row") == "first")
        #expect(try memory.claim("other", "row", "third", at: MemoryTests.noon))
    }

    @Test("entries come oldest first, the newest of too many, and old ones can be forgotten", arguments: Kind.allCases)
    func entries(_ kind: Kind) throws {
        let (memory, directory) = try memory(kind)
        defer { withExtendedLifetime(directory) {} }
        for second in 0..<5 {
            try memory.remember(
                [MemoryChange("rewards", "\(9 - second)", JSON(second))], at: MemoryTests.noon + .seconds(second))
        }
        #expect(try memory.entries("rewards", since: nil, limit: 3).map(\.value) == [2, 3, 4])
        let since = MemoryTests.noon + .seconds(3)
        #expect(try memory.entries("rewards", since: since, limit: 10).map(\.value) == [3, 4])
        #expect(try memory.forget("rewards", before: since) == 3)
        #expect(try memory.entries("rewards", since: nil, limit: 10).count == 2)
    }

    @Test("one domain does not see what another remembers, and a reopened ledger still knows")
    func domains() throws {
        let directory = try TemporaryDirectory()
        func memory(_ domain: String) throws -> LedgerMemory { try MemoryTests.memory(of: domain, in: directory) }
        try memory("outreach").remember([MemoryChange("alerts", "a", 1)], at: MemoryTests.noon)
        #expect(try memory("outreach").value("alerts", "a") == 1)
        #expect(try memory("prospect").value("alerts", "a") == nil)
    }
}
