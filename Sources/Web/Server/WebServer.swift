internal import Glibc
internal import HummingbirdCore
public import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization
public import Time

/// The HTTP server: one event loop on a thread of its own, requests on the threads that it is given.
///
/// Hummingbird reads requests, finds routes and writes answers; its own server cannot take a socket that listens already,
/// so that the listeners are NIO's.
public final class WebServer: Sendable {
    public let events: EventHub
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let news: HealthNews
    private let site: Site
    private let rules: AccessRules
    private let limits: WebLimits
    private let executor: any TaskExecutor
    private let logger: Logger
    private let connections = Mutex(0)
    private let listeners = Mutex<[(address: WebAddress, channel: any Channel)]>([])

    /// - Parameters:
    ///   - executor: whose threads answer requests; they block while the machine is asked.
    ///   - registry: what is counted, for `/metrics`; the server counts there too.
    public init(
        _ settings: WebSettings, machine: any Machine, registry: PrometheusRegistry, executor: any TaskExecutor,
        time: any TimeSource, logger: Logger
    ) {
        limits = settings.limits
        self.executor = executor
        self.logger = logger
        let news = HealthNews(machine, executor: executor)
        self.news = news
        events = EventHub(loop: group.next(), limits: settings.limits, at: time.now()) { news.look(for: $0) }
        let rules = AccessRules(settings.tokens, help: settings.tokenHelp)
        self.rules = rules
        let routes = Routes(
            machine: machine, hub: events, news: news, registry: registry, rules: rules,
            pictures: PictureDesk(machine, time: time), limits: settings.limits, time: time)
        site = Site(
            settings, routes: routes, rules: rules, metrics: WebMetrics(registry), time: time, logger: logger)
    }

    /// Accepts these tokens, and no others, from the next request on.
    public func replaceTokens(_ tokens: [Scope: String]) { rules.replace(tokens) }

    /// What the server counts of itself.
    public static var descriptions: [PrometheusRegistry.Description] { WebMetrics.descriptions }

    /// Something has happened that may have changed the machine's health: listeners hear of it if it has. Returns at once.
    public func lookAtHealth() { news.look(for: events) }

    /// Begins to answer at an address.
    ///
    /// - Returns: the port, where it is one.
    /// - Throws: ``WebAddressError``.
    @discardableResult
    public func listen(on address: WebAddress) throws(WebAddressError) -> Int? {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 128)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: Door.batch)
            .serverChannelInitializer { [weak self] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Door { self?.enter($0) ?? false })
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { [weak self] channel in
                self?.take(channel) ?? channel.close()
            }
        let channel = try address.bind(bootstrap)
        listeners.withLock { $0.append((address, channel)) }
        return channel.localAddress?.port
    }

    /// Lets nobody in any more and ends the event streams; connections that are there may ask on.
    public func stopAccepting() {
        let listening = listeners.withLock { listeners in
            defer { listeners = [] }
            return listeners
        }
        for (address, channel) in listening {
            channel.close(promise: nil)
            if case .unixSocket(let path) = address { unlink(path) }
        }
        events.close()
    }

    /// Ends everything, for tests; a daemon ends with its process.
    package func shutDown() async throws {
        stopAccepting()
        try await group.shutdownGracefully()
    }

    /// Counts a new connection, unless somebody holds too many of them open.
    private func enter(_ channel: any Channel) -> Bool {
        let isLet = connections.withLock { open in
            guard open < limits.connections else { return false }
            open += 1
            return true
        }
        if isLet { channel.closeFuture.whenComplete { [weak self] _ in self?.connections.withLock { $0 -= 1 } } }
        return isLet
    }

    /// On the event loop: a connection that was let in.
    private func take(_ channel: any Channel) -> EventLoopFuture<Void> {
        let (patience, site, logger) = (limits, site, logger)
        let http = HTTP1Channel(
            responder: { request, writer, channel in try await site.answer(request, writer, on: channel) },
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [Patience(patience)],
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 16 << 10, maxHeaderFieldCount: 100)))
        return http.setup(channel: channel, logger: logger).map { [executor] value in
            Task(executorPreference: executor) { await http.handle(value: value, logger: logger) }
        }
    }
}
