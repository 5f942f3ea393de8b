import Glibc
import Testing

@testable import Systemd

struct HandOverTests {
    @Test("what is left is taken out once; the newest of two replaces the older; an empty file is a file")
    func once() throws {
        let place = try #require(HandOver("test-once"))
        #expect(place.take() == nil)
        try HandOver.leave(Array("a long older one".utf8), in: "test-once", of: getpid())
        try HandOver.leave(Array("newer".utf8), in: "test-once", of: getpid())
        #expect(place.take() == Array("newer".utf8))
        #expect(place.take() == nil)
        try HandOver.leave([], in: "test-once", of: getpid())
        #expect(place.take() == [])
    }

    @Test("as much as is allowed arrives whole; more is refused")
    func size() throws {
        let place = try #require(HandOver("test-size"))
        let most = (0..<HandOver.bytesMax).map { UInt8(truncatingIfNeeded: $0) }
        try HandOver.leave(most, in: "test-size", of: getpid())
        #expect(place.take() == most)
        #expect(throws: HandOver.Problem.self) { try HandOver.leave(most + [0], in: "test-size", of: getpid()) }
        #expect(place.take() == nil)
    }

    @Test("half of a content is not taken for the whole, and waits for its rest")
    func half() throws {
        let place = try #require(HandOver("test-half"))
        try HandOver.leave(Array("abcdef".utf8), in: "test-half", of: getpid())
        try place.cut(to: 10)
        #expect(place.take() == nil)
        try HandOver.leave(Array("abcdef".utf8), in: "test-half", of: getpid())
        #expect(place.take() == Array("abcdef".utf8))
    }

    @Test("a process that has no such place, or is none, is named")
    func nobody() throws {
        #expect(throws: HandOver.Problem.self) { try HandOver.leave([1], in: "test-nobody", of: getpid()) }
        do {
            try HandOver.leave([1], in: "test-nobody", of: .max)
            Issue.record("there is no such process")
        } catch {
            #expect(error.description == "/proc/\(Int32.max)/fd cannot be listed: No such file or directory")
        }
    }
}
