import FuzzSupport
import HTTPTypes
import Hummingbird
import JSON
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import Synchronization
import Time

@testable import Web

/// What one connection brings, read by the server's own reader and answered by its own routes, without a socket.
struct WebTrial {
    /// A bit each: over TCP, without tokens in the settings, runs have ended when they are waited for.
    struct Manner {
        let isOverTCP: Bool
        let hasTokens: Bool
        let hasEnded: Bool

        init(_ letter: UInt8) {
            isOverTCP = letter & 1 != 0
            hasTokens = letter & 2 == 0
            hasEnded = letter & 4 != 0
        }
    }

    static let tokens: [Scope: String] = [
        .read: "reading-0123456789abcdef", .run: "running-0123456789abcdef", .admin: "admin-0123456789abcdef",
    ]
    static let port = 8_377

    /// One for all inputs, as in the daemon.
    private static let loop = EmbeddedEventLoop()
    private static let thread = OneThread()
    private static let time = FixedTime()
    private static let machine = RecordingMachine()
    static let limits = { () -> WebLimits in
        var limits = WebLimits()
        // An input is shorter than what a body may have.
        limits.bodyBytes = 400
        return limits
    }()
    private static let open = site([:])
    private static let closed = site(tokens)

    private static func site(_ tokens: [Scope: String]) -> Site {
        let hub = EventHub(loop: loop, limits: limits, at: FixedTime.start) { _ in }
        for _ in 0..<600 { hub.publish("filler", [:]) }
        let registry = PrometheusRegistry(WebServer.descriptions)
        let rules = AccessRules(tokens, help: "set ACTPD_HTTP_TOKEN_READ")
        let routes = Routes(
            machine: machine, hub: hub, news: HealthNews(machine, executor: thread), registry: registry, rules: rules,
            pictures: PictureDesk(machine, time: time), limits: limits, time: time)
        let settings = WebSettings(tokens: tokens, tokenHelp: "set ACTPD_HTTP_TOKEN_READ", limits: limits)
        return Site(
            settings, routes: routes, rules: rules, metrics: WebMetrics(registry), time: time,
            logger: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() })
    }

    private let manner: Manner

    init(_ manner: Manner) { self.manner = manner }

    func judge(_ bytes: [UInt8]) {
        WebTrial.time.advance()
        WebTrial.machine.hasEnded.withLock { $0 = manner.hasEnded }
        for asked in read(bytes) {
            guard let answer = self.answer(asked) else { continue }
            let judge = WebJudge(asked, manner, answer, WebTrial.machine.takeCalls())
            judge.judge()
            guard let (again, call) = judge.canonical else { continue }
            _ = self.answer(again)
            let calls = WebTrial.machine.takeCalls()
            claim(calls.contains(call), "\(again.head.path ?? "") asks for the same as before: \(calls), not \(call)")
        }
    }

    // MARK: Reading

    /// The whole requests that there are.
    private func read(_ bytes: [UInt8]) -> [Asked] {
        let channel = EmbeddedChannel(loop: WebTrial.loop)
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        var requests: [Asked] = []
        do {
            // As Hummingbird's channel and WebServer do it.
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = 16 << 10
            limits.maxHeaderListSize = 16 << 10
            limits.maxHeaderFieldCount = 100
            let pipeline = channel.pipeline.syncOperations
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(), withDecoderLimitConfiguration: limits)
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try channel.writeInbound(ByteBuffer(bytes: bytes))
        } catch {
            // It is no HTTP; what came before it may be.
        }
        var under: Asked?
        while let part = try? channel.readInbound(as: HTTPRequestPart.self) {
            switch part {
            case .head(let head): under = Asked(head: head)
            case .body(let buffer): under?.body.append(Array(buffer.readableBytesView))
            case .end:
                if let under { requests.append(under) }
                under = nil
            }
        }
        return requests
    }

    // MARK: Answering

    /// `nil` for what the connection's own loop answers.
    private func answer(_ asked: Asked) -> Answered? {
        let channel = EmbeddedChannel(loop: WebTrial.loop)
        if manner.isOverTCP {
            channel.localAddress = try? SocketAddress(ipAddress: "127.0.0.1", port: WebTrial.port)
        }
        // The listener's place is free again.
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        let site = manner.hasTokens ? WebTrial.closed : WebTrial.open
        let (began, loop) = (WebTrial.loop.now, WebTrial.loop)
        let chunks = asked.body
        let request = Request(
            head: asked.head,
            body: RequestBody(
                asyncSequence: AsyncStream { stream in
                    for chunk in chunks { stream.yield(ByteBuffer(bytes: chunk)) }
                    stream.finish()
                }))
        return WebTrial.thread.run { () async -> Answered? in
            guard let response = try? await site.response(to: request, on: channel) else { return nil }
            return await Answered(response)
        } idle: {
            loop.advanceTime(by: .milliseconds(500))
            let waited = loop.now - began
            claim(
                waited <= .microseconds(WebTrial.limits.waitMax.microseconds) + .seconds(1),
                "nobody waits longer than a minute, not \(waited)")
        }
    }
}
