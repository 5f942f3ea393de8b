import NIOCore
import NIOEmbedded
import Testing

@testable import Web

struct DoorTests {
    /// Counts how often the door asks the system for connections.
    private final class Asked: ChannelOutboundHandler {
        typealias OutboundIn = Never
        var times = 0

        func read(context: ChannelHandlerContext) {
            times += 1
            context.read()
        }
    }

    @Test("who finds no room is turned away, and the door then rests before it takes the next ones")
    func crowd() throws {
        var room = 1
        let asked = Asked()
        let door = Door { _ in
            room -= 1
            return room >= 0
        }
        let listener = EmbeddedChannel(handlers: [asked, door])
        let (first, second, third) = (EmbeddedChannel(), EmbeddedChannel(), EmbeddedChannel())
        let before = asked.times

        try listener.writeInbound(first as any Channel)
        listener.read()
        #expect(try listener.readInbound(as: (any Channel).self) === first)
        #expect(asked.times == before + 1)

        try listener.writeInbound(second as any Channel)
        #expect(try listener.readInbound(as: (any Channel).self) == nil)
        #expect(throws: ChannelError.alreadyClosed) { try second.close().wait() }
        listener.read()
        listener.read()
        listener.embeddedEventLoop.advanceTime(by: Door.pause - .nanoseconds(1))
        #expect(asked.times == before + 1, "it rests")
        listener.embeddedEventLoop.advanceTime(by: .nanoseconds(1))
        #expect(asked.times == before + 2, "once, however often it was asked meanwhile")

        room = 1
        try listener.writeInbound(third as any Channel)
        listener.read()
        #expect(try listener.readInbound(as: (any Channel).self) === third)
        #expect(asked.times == before + 3)
        #expect(throws: Never.self) { try third.close().wait() }
    }
}
