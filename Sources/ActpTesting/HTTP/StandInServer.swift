internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization

/// A web server on loopback that answers as a test says, well or badly, and remembers what it was asked.
///
/// HTTP/1.1 over TCP on 127.0.0.1, on a port that the system picks, or over a Unix socket. Not encrypted.
public final class StandInServer: Sendable {
    /// A request as it arrived.
    public struct Request: Sendable {
        public let method: String
        /// Path and query, as sent.
        public let target: String
        /// In the order of arrival.
        public let headers: [(name: String, value: String)]
        public let body: [UInt8]
        /// Which connection brought it, counted from 1.
        public let connection: Int

        /// The value of the first field of that name, whatever its case.
        public subscript(name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }

        public var text: String { String(decoding: body, as: UTF8.self) }
    }

    public typealias Handler = @Sendable (Request) -> Answer
    /// Answers when it can, from any thread: for servers that have to wait for something else. Once for each request.
    public typealias LaterHandler = @Sendable (Request, @escaping @Sendable (Answer) -> Void) -> Void

    /// What the server saw so far.
    public struct Record: Sendable {
        /// Complete requests, in the order of arrival.
        public fileprivate(set) var requests: [Request] = []
        public fileprivate(set) var opened = 0
        public fileprivate(set) var closed = 0

        /// Connections that are open now.
        public var open: Int { opened - closed }
    }

    private struct State {
        var record = Record()
        var channels: [ObjectIdentifier: any Channel] = [:]
        var waiters: [(until: @Sendable (Record) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let handler: LaterHandler
    private let state = Mutex(State())
    private let listener = Mutex<(any Channel)?>(nil)

    private init(_ handler: @escaping LaterHandler) { self.handler = handler }

    /// Serves for as long as `body` runs, then closes every connection.
    /// - Parameter unixSocket: where to listen instead of TCP; the file must not exist and is removed afterwards.
    public static func serve<Result: Sendable>(
        unixSocket: String? = nil, _ handler: @escaping Handler,
        while body: (StandInServer) async throws -> Result
    ) async throws -> Result {
        try await serve(unixSocket: unixSocket, later: { request, answer in answer(handler(request)) }, while: body)
    }

    /// The same with a handler that need not answer at once.
    public static func serve<Result: Sendable>(
        unixSocket: String? = nil, later handler: @escaping LaterHandler,
        while body: (StandInServer) async throws -> Result
    ) async throws -> Result {
        let server = StandInServer(handler)
        try await server.start(unixSocket: unixSocket)
        do {
            let result = try await body(server)
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }

    private func start(unixSocket: String?) async throws {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 512)
            .childChannelOption(.allowRemoteHalfClosure, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)), Connection(self))
                }
            }
        let channel =
            if let unixSocket {
                try await bootstrap.bind(unixDomainSocketPath: unixSocket, cleanupExistingSocketFile: true).get()
            } else {
                try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
            }
        listener.withLock { $0 = channel }
    }

    private func stop() async {
        let channels = state.withLock { Array($0.channels.values) } + [listener.withLock { $0 }].compactMap { $0 }
        for channel in channels { try? await channel.close().get() }
    }

    /// As in `http://127.0.0.1:41234`. A port of its own: connections to `localhost` might go to another address.
    public var url: String { "http://127.0.0.1:\(listener.withLock { $0?.localAddress?.port } ?? 0)" }

    /// Everything seen until now.
    public var record: Record { state.withLock { $0.record } }

    /// Waits until what was seen fulfils a condition. If it never does, the test's time limit ends the waiting.
    public func waits(until condition: @escaping @Sendable (Record) -> Bool) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isThere = state.withLock { state in
                    if condition(state.record) || Task.isCancelled { return true }
                    state.waiters.append((condition, continuation))
                    return false
                }
                if isThere { continuation.resume() }
            }
        } onCancel: {
            // Only a test that is lost is cancelled here; who else waits in it need not wait either.
            let waiters = state.withLock { state in
                defer { state.waiters = [] }
                return state.waiters
            }
            for waiter in waiters { waiter.continuation.resume() }
        }
    }

    private func note(_ change: (inout State) -> Void) {
        let ready = state.withLock { state in
            change(&state)
            let record = state.record
            let ready = state.waiters.filter { $0.until(record) }
            state.waiters.removeAll { $0.until(record) }
            return ready
        }
        for waiter in ready { waiter.continuation.resume() }
    }

    fileprivate func opened(_ channel: any Channel) -> Int {
        var number = 0
        note { state in
            state.record.opened += 1
            number = state.record.opened
            state.channels[ObjectIdentifier(channel)] = channel
        }
        return number
    }

    fileprivate func closed(_ channel: any Channel) {
        note { state in
            state.record.closed += 1
            state.channels[ObjectIdentifier(channel)] = nil
        }
    }

    fileprivate func answer(to request: Request, _ answer: @escaping @Sendable (Answer) -> Void) {
        note { $0.record.requests.append(request) }
        handler(request, answer)
    }
}

/// One connection: collects a request, then follows the answer's steps.
private final class Connection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let server: StandInServer
    private var number = 0
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ server: StandInServer) { self.server = server }

    func channelActive(context: ChannelHandlerContext) { number = server.opened(context.channel) }

    func channelInactive(context: ChannelHandlerContext) { server.closed(context.channel) }

    /// A client that breaks off is one of the things under test; the connection closes by itself.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): (self.head, body) = (head, [])
        case .body(let part): body.append(contentsOf: part.readableBytesView)
        case .end:
            guard let head else { return }
            let request = StandInServer.Request(
                method: head.method.rawValue, target: head.uri,
                headers: head.headers.map { (name: $0.name, value: $0.value) }, body: body, connection: number)
            let channel = context.channel
            let this = NIOLoopBound(self, eventLoop: context.eventLoop)
            server.answer(to: request) { answer in
                // At once where the answer is there already, so that it keeps its place.
                if channel.eventLoop.inEventLoop { return this.value.follow(answer.steps[...], channel) }
                channel.eventLoop.execute { this.value.follow(answer.steps[...], channel) }
            }
        }
    }

    private func follow(_ steps: ArraySlice<Answer.Step>, _ channel: any Channel) {
        guard let step = steps.first else { return channel.flush() }
        let rest = steps.dropFirst()
        switch step {
        case .send(let bytes):
            channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
            follow(rest, channel)
        case .close: channel.close(promise: nil)
        case .delay(let duration):
            let (seconds, attoseconds) = duration.components
            let pause = TimeAmount.nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
            let this = NIOLoopBound(self, eventLoop: channel.eventLoop)
            channel.eventLoop.scheduleTask(in: pause) { this.value.follow(rest, channel) }
        case .hold(let gate):
            let this = NIOLoopBound(self, eventLoop: channel.eventLoop)
            gate.whenOpen { channel.eventLoop.execute { this.value.follow(rest, channel) } }
        }
    }
}
