internal import NIOCore

/// Lets connections in while there is room. Those beyond it are closed as they come, before anything is set up for them, and
/// a few at a time: a crowd at the door must not take the processors from what is due. No answer is owed to them.
final class Door: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = Never

    /// Connections that are taken from the system at once.
    static let batch: UInt = 16
    /// After a batch in which some were turned away: at most 4,000 of them a second, the others wait with the system.
    static let pause = TimeAmount.milliseconds(4)

    private let enter: (any Channel) -> Bool
    private var hasTurnedAway = false
    private var resting: Scheduled<Void>?

    /// - Parameter enter: counts a connection as let in, unless there is no room for it.
    init(enter: @escaping (any Channel) -> Bool) { self.enter = enter }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let connection = unwrapInboundIn(data)
        guard enter(connection) else {
            hasTurnedAway = true
            return connection.close(promise: nil)
        }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        guard resting == nil else { return }
        guard hasTurnedAway else { return context.read() }
        resting = context.eventLoop.assumeIsolated().scheduleTask(in: Door.pause) {
            self.hasTurnedAway = false
            self.resting = nil
            context.read()
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { resting?.cancel() }
}
