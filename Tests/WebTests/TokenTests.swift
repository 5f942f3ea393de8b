import Testing

@testable import Web

/// How tokens are compared.
struct TokenTests {
    @Test("tokens are equal when all their bytes are")
    func equality() {
        for other in ["abcdeg", "bbcdef", "abcde", "abcdefabcdef", "", "abcdef "] {
            #expect(!Token("abcdef").isEqual(to: Array(other.utf8)), "\(other)")
            #expect(!Token(other).isEqual(to: Array("abcdef".utf8)), "\(other)")
            #expect(Token(other).isEqual(to: Array(other.utf8)))
        }
    }

    /// Bytes that count how often they are read.
    private struct CountedBytes: RandomAccessCollection {
        final class Count {
            var value = 0
        }

        let bytes: [UInt8]
        let reads = Count()

        var startIndex: Int { 0 }
        var endIndex: Int { bytes.count }
        subscript(index: Int) -> UInt8 {
            reads.value += 1
            return bytes[index]
        }
    }

    @Test(
        "a token that differs at once is read as far as one that fits",
        arguments: ["abcdef", "xbcdef", "abcdex", "abcdefgh"])
    func constantTime(_ given: String) {
        let counted = CountedBytes(bytes: Array(given.utf8))
        _ = Token("abcdef").isEqual(to: counted)
        #expect(counted.reads.value == given.utf8.count)
    }

    @Test("one text in two settings is a token of the wider scope")
    func widest() throws {
        let rules = AccessRules([.read: "same", .admin: "same", .run: "other"], help: "")
        #expect(try rules.scope("Bearer same", over: .unixSocket) == .admin)
        #expect(try rules.scope("bearer other", over: .tcp(peer: "127.0.0.1")) == .run)
    }
}
