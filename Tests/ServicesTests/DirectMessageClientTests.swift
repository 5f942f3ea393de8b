import ActpTesting
import Agents
import HTTP
import JSON
import Services
import Testing
import Time

/// The client against stand-ins that keep the contract, on a clock that goes ahead when the client sleeps.
@Suite(.timeLimit(.minutes(5)))
struct DirectMessageClientTests {
    private static let token = "linkedin-token-0123456789"

    private struct Desk {
        let service: DirectMessageStandIn
        let server: StandInServer
        let messages: DirectMessageClient
        let directory: TemporaryDirectory

        static func open(_ platform: OutreachPlatform, _ body: (Desk) async throws -> Void) async throws {
            let service = DirectMessageStandIn(platform, token: DirectMessageClientTests.token)
            try await StandInServer.serve {
                service.answer($0)
            } while: { (server: StandInServer) async throws in
                let time = ManualTime("2026-03-02T13:30:00Z")
                let client = HTTPClient(time: time, options: .init(retry: RetryPolicy(jitter: 0))) {
                    time.advance(by: $0)
                }
                let directory = try TemporaryDirectory()
                let messages = try DirectMessageClient(
                    addresses: [platform: server.url], linkedInToken: Credential(DirectMessageClientTests.token),
                    lock: directory.file("lock"), client: client)
                try await body(Desk(service: service, server: server, messages: messages, directory: directory))
            }
        }
    }

    private static let services: [OutreachPlatform] = [.instagram, .twitter, .tiktok, .linkedin]

    @Test("each service has its own path, recipient and auth, and is never forced (OU-11, K18)", arguments: services)
    func request(_ platform: OutreachPlatform) async throws {
        try await Desk.open(platform) { (desk: Desk) async throws in
            #expect(await desk.messages.send(DirectMessage(platform, to: "@ada", "Grüße 👋")) == .sent(remark: nil))
            let request = try #require(desk.server.record.requests.last)
            let path = platform == .instagram ? "/api/messages/send-to" : "/api/\(platform.rawValue)/messages/send-to"
            #expect(request.target == path)
            #expect(request["Content-Type"] == "application/json")
            let isLinkedIn = platform == .linkedin
            #expect((request["Authorization"] != nil) == isLinkedIn)
            let body = try JSON(parsing: request.text)
            let recipient = isLinkedIn ? "https://www.linkedin.com/in/ada/" : "ada"
            #expect(body == [isLinkedIn ? "profileUrl" : "username": .string(recipient), "text": "Grüße 👋"])
            #expect(desk.service.delivered.map(\.recipient) == [recipient])
        }
    }

    @Test("a profile's address is handed on as it is")
    func profile() async throws {
        try await Desk.open(.linkedin) { (desk: Desk) async throws in
            let address = "https://www.linkedin.com/in/ada-love/"
            _ = await desk.messages.send(DirectMessage(.linkedin, to: address, "hi"))
            #expect(desk.service.delivered.map(\.recipient) == [address])
        }
    }

    /// The first word of a delivery, so that a table can say what is expected.
    private static func kind(_ delivery: Delivery) -> String {
        switch delivery {
        case .sent(nil): "sent"
        case .sent: "sent with a remark"
        case .skipped: "skipped"
        case .postponed(_, nil): "postponed"
        case .postponed: "postponed for a time"
        case .refused: "refused"
        case .unavailable: "unavailable"
        case .unknown: "unknown"
        }
    }

    static let faults: [(OutreachPlatform, DirectMessageStandIn.Fault, String)] = [
        (.instagram, .refuses("composer did not open"), "refused"), (.instagram, .noSuchUser, "refused"),
        (.instagram, .sendsUnverified, "sent with a remark"), (.instagram, .sendsTwice, "sent with a remark"),
        (.instagram, .outsideActiveHours, "postponed"), (.instagram, .hourlyLimit, "postponed"),
        (.instagram, .noTab, "unavailable"), (.instagram, .fails, "unknown"),
        (.instagram, .sendsAndHangsUp, "unknown"), (.twitter, .refuses("User not found"), "refused"),
        (.twitter, .dailyLimit, "postponed"), (.twitter, .unknownPath, "unavailable"), (.twitter, .page, "unknown"),
        (.tiktok, .captcha, "postponed"), (.tiktok, .inFlight, "postponed"),
        (.tiktok, .alreadyInConversation, "skipped"), (.linkedin, .busy(seconds: 40), "postponed for a time"),
        (.linkedin, .outsideActiveHours, "postponed"), (.linkedin, .refuses("no Message button"), "refused"),
    ]

    @Test("what comes back is taken for what it is, and nothing is asked twice", arguments: faults)
    func answers(_ platform: OutreachPlatform, _ fault: DirectMessageStandIn.Fault, _ expected: String) async throws {
        try await Desk.open(platform) { (desk: Desk) async throws in
            desk.service.fail(with: fault)
            let delivery = await desk.messages.send(DirectMessage(platform, to: "ada", "hi"))
            #expect(DirectMessageClientTests.kind(delivery) == expected, "\(delivery)")
            #expect(desk.service.requests == 1)
            #expect(!"\(delivery)".contains(DirectMessageClientTests.token))
            if case .postponed(_, let pause?) = delivery { #expect(pause == .seconds(40)) }
        }
    }

    @Test("TikTok's service remembers whom it wrote to: such a handle counts as written to (contract)")
    func alreadyMessaged() async throws {
        try await Desk.open(.tiktok) { (desk: Desk) async throws in
            let message = DirectMessage(.tiktok, to: "ada", "hi")
            #expect(await desk.messages.send(message) == .sent(remark: nil))
            desk.service.restart()
            #expect(DirectMessageClientTests.kind(await desk.messages.send(message)) == "sent with a remark")
            #expect(desk.service.delivered.count == 1)
        }
    }

    @Test("a wrong token stops LinkedIn and is not shown")
    func wrongToken() async throws {
        let service = DirectMessageStandIn(.linkedin, token: "another-token-0123456789")
        try await StandInServer.serve {
            service.answer($0)
        } while: { (server: StandInServer) async throws in
            let directory = try TemporaryDirectory()
            let messages = try DirectMessageClient(
                addresses: [.linkedin: server.url], linkedInToken: Credential(DirectMessageClientTests.token),
                lock: directory.file("lock"), client: HTTPClient(time: ManualTime("2026-03-02T13:30:00Z")))
            let delivery = await messages.send(DirectMessage(.linkedin, to: "ada", "hi"))
            #expect(DirectMessageClientTests.kind(delivery) == "unavailable")
            #expect(!"\(delivery)".contains(DirectMessageClientTests.token))
            #expect(service.delivered.isEmpty)
        }
    }

    @Test(
        "each service is recognised by its health answer; another program at its port is not (K23)", arguments: services
    )
    func identity(_ platform: OutreachPlatform) async throws {
        try await Desk.open(platform) { (desk: Desk) async throws in
            try await desk.messages.confirm(platform, after: .seconds(25))
            desk.service.giveWayToAnotherProgram()
            let error = await #expect(throws: ServiceError.self) {
                try await desk.messages.confirm(platform, after: .zero)
            }
            #expect(error?.isAway == true)
            #expect(error?.message.contains("DM_\(platform.rawValue.uppercased())_URL") == true)
            #expect(desk.service.requests == 0)
        }
    }

    @Test(
        "one of the services at another's address is not taken for it", arguments: [OutreachPlatform.twitter, .tiktok])
    func mixedUp(_ other: OutreachPlatform) async throws {
        let service = DirectMessageStandIn(other)
        try await StandInServer.serve {
            service.answer($0)
        } while: { (server: StandInServer) async throws in
            let directory = try TemporaryDirectory()
            let messages = try DirectMessageClient(
                addresses: [.instagram: server.url, .linkedin: server.url], linkedInToken: nil,
                lock: directory.file("lock"), client: HTTPClient(time: ManualTime("2026-03-02T13:30:00Z")))
            for platform in [OutreachPlatform.instagram, .linkedin] {
                await #expect(throws: ServiceError.self) { try await messages.confirm(platform, after: .zero) }
            }
        }
    }

    @Test("nobody at the address: nothing left, and it is said to be away")
    func refused() async throws {
        let (port, directory, time) = (
            try ClosedPort(), try TemporaryDirectory(), ManualTime("2026-03-02T13:30:00Z")
        )
        let client = HTTPClient(time: time, options: .init(retry: RetryPolicy(jitter: 0))) { time.advance(by: $0) }
        let messages = try DirectMessageClient(
            addresses: [.twitter: "http://127.0.0.1:\(port.number)"], linkedInToken: nil, lock: directory.file("lock"),
            client: client)
        let delivery = await messages.send(DirectMessage(.twitter, to: "ada", "hi"))
        #expect(DirectMessageClientTests.kind(delivery) == "unavailable")
        await #expect(throws: ServiceError.self) { try await messages.confirm(.twitter, after: .zero) }
        #expect(
            DirectMessageClientTests.kind(await messages.send(DirectMessage(.gmail, to: "a@b.c", "hi")))
                == "unavailable")
    }

    @Test("one turn at a time, also within a process; given up, it is free")
    func turns() async throws {
        try await Desk.open(.twitter) { (desk: Desk) async throws in
            let turn = try #require(try desk.messages.takeTurn())
            #expect(try desk.messages.takeTurn() == nil)
            turn.end()
            let next = try #require(try desk.messages.takeTurn())
            next.end()
        }
    }

    @Test("requests to the services go one after another: they share a browser")
    func oneAtATime() async throws {
        try await Desk.open(.twitter) { (desk: Desk) async throws in
            await withTaskGroup(of: Void.self) { group in
                for number in 1...8 {
                    group.addTask { _ = await desk.messages.send(DirectMessage(.twitter, to: "user\(number)", "hi")) }
                }
            }
            #expect(desk.service.delivered.count == 8)
            // Requests at once would have needed connections of their own.
            #expect(desk.server.record.opened == 1)
        }
    }
}
