internal import NIOCore
internal import NIOHTTPTypes
internal import Time

/// Closes a connection whose other side is too slow: with a request's head, with its body, with the next request, or in
/// taking an answer. How long an answer takes us is nobody's fault there, so no time runs meanwhile.
final class Patience: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: WebLimits
    private var waiting: Scheduled<Void>?
    private var stalled: Scheduled<Void>?
    /// Requests that have been read and not answered.
    private var unanswered = 0
    private var isWithinRequest = false

    init(_ limits: WebLimits) { self.limits = limits }

    func handlerAdded(context: ChannelHandlerContext) {
        wait(limits.headTime, context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        waiting?.cancel()
        stalled?.cancel()
    }

    func channelInactive(context: ChannelHandlerContext) {
        waiting?.cancel()
        stalled?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            isWithinRequest = true
            wait(limits.bodyTime, context)
        case .body: break
        case .end:
            isWithinRequest = false
            unanswered += 1
            waiting?.cancel()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            unanswered = max(0, unanswered - 1)
            if unanswered == 0, !isWithinRequest { wait(limits.idleTime, context) }
        }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        stalled?.cancel()
        stalled = context.channel.isWritable ? nil : closing(after: limits.stallTime, context)
        context.fireChannelWritabilityChanged()
    }

    private func wait(_ time: Duration, _ context: ChannelHandlerContext) {
        waiting?.cancel()
        waiting = closing(after: time, context)
    }

    private func closing(after time: Duration, _ context: ChannelHandlerContext) -> Scheduled<Void> {
        let channel = context.channel
        return context.eventLoop.scheduleTask(in: .microseconds(time.microseconds)) {
            channel.close(promise: nil)
        }
    }
}
