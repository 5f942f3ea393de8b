import ActpTesting
import Agents
import Foundation
import HTTP
import JSON
import Services
import Testing
import Time

/// The client against a stand-in with the render service's manners.
@Suite(.timeLimit(.minutes(5)))
struct RenderClientTests {
    private static let brief: JSON = [
        "niche": "ai_automation", "hook": "Don't", "duration_secs": 60, "cta": "Follow 'us'",
        "script": [["text": "one"], ["text": "two\nlines"], ["text": "it's three"]], "overlays": ["A", "B", "C"],
        "hashtags": ["#a"],
    ]
    private static let order = RenderOrder(key: "11111111-1111-4111-8111-111111111111", brief: brief)

    private struct Desk {
        let renders: RenderStandIn
        let server: StandInServer
        let client: RenderClient

        static func open(
            _ identity: RenderStandIn.Identity, style: RenderStyle = .auto, key: String? = nil, own: String? = nil,
            directory: String = "", patience: Duration = .seconds(60), _ body: (Desk) async throws -> Void
        ) async throws {
            let renders = RenderStandIn(identity, key: key)
            try await StandInServer.serve {
                renders.answer($0)
            } while: { (server: StandInServer) async throws in
                let client = RenderClient(
                    baseURL: try HTTPURL(server.url, of: "the render service"), key: own.map { Credential($0) },
                    style: style, outputDirectory: directory, client: HTTPClient(time: SystemTime()),
                    patience: patience)
                try await body(Desk(renders: renders, server: server, client: client))
            }
        }
    }

    // MARK: Identity

    @Test("the dialect is chosen by who answers the health question (RE-05)", arguments: ["service", "prd"])
    func identity(_ name: String) async throws {
        try await Desk.open(name == "service" ? .service : .prd) { desk in
            #expect(await desk.client.condition() == .ready(style: name))
        }
    }

    @Test("nothing is sent to the Instagram service on the same port (K23)")
    func instagram() async throws {
        try await Desk.open(.instagram) { desk in
            guard case .unsuitable(let why) = await desk.client.condition() else {
                Issue.record("it was taken for the render service")
                return
            }
            #expect(why.contains("Instagram message service"))
            await #expect(throws: ServiceError.self) { try await desk.client.submit(RenderClientTests.order) }
            #expect(desk.server.record.requests.allSatisfy { $0.method == "GET" })
        }
    }

    @Test("whoever takes over the port between two submissions gets nothing (K23)")
    func takenOver() async throws {
        try await Desk.open(.service) { desk in
            _ = try await desk.client.submit(RenderClientTests.order)
            desk.renders.become(.instagram)
            await #expect(throws: ServiceError.self) { try await desk.client.submit(RenderClientTests.order) }
            #expect(desk.server.record.requests.count { $0.method == "POST" } == 1)
        }
    }

    @Test("a set style does not take the other one")
    func setStyle() async throws {
        try await Desk.open(.service, style: .prd) { desk in
            guard case .unsuitable = await desk.client.condition() else {
                Issue.record("the public service was taken for the product documents'")
                return
            }
        }
    }

    @Test("no answer means busy, a refused connection means away")
    func busyAndAway() async throws {
        try await Desk.open(.service, patience: .seconds(2)) { desk in
            desk.renders.block(true)
            guard case .busy = await desk.client.condition() else {
                Issue.record("a blocked renderer was not busy")
                return
            }
        }
        let port = try ClosedPort()
        let client = RenderClient(
            baseURL: try HTTPURL("http://127.0.0.1:\(port.number)", of: "x"), key: nil, style: .auto,
            outputDirectory: "", client: HTTPClient(time: SystemTime()))
        guard case .away = await client.condition() else {
            Issue.record("a closed port was not away")
            return
        }
    }

    // MARK: Submission

    @Test("the public service gets sections with times that sum up, and not one apostrophe or control character")
    func service() async throws {
        try await Desk.open(.service, key: "k", own: "k") { desk in
            let ticket = try await desk.client.submit(RenderClientTests.order)
            #expect(ticket == RenderTicket(job: "render-1", template: "shorts_v1"))
            let brief = desk.renders.jobs[0].brief
            #expect(brief["id"]?.string == RenderClientTests.order.key)
            #expect(brief["settings"]?["resolution"] == ["width": 1080, "height": 1920])
            let sections = brief["sections"]?.array ?? []
            #expect(sections.compactMap { $0["type"]?.string } == ["hook", "topic", "topic", "topic", "cta"])
            #expect(sections.compactMap { $0["duration_sec"]?.integer }.reduce(0, +) == 60)
            #expect(sections.compactMap { $0["start_time_sec"]?.integer } == [0, 4, 15, 49, 57])
            #expect(sections[2]["content"]?["body_text"] == "two lines")
            #expect(sections.allSatisfy { $0["type"] == $0["content"]?["type"] })
            let sent = try #require(desk.server.record.requests.last?.text)
            #expect(!sent.contains("'") && !sent.contains("\\n") && !sent.contains("#a"))
        }
    }

    @Test("the product documents' service gets key and brief (readings 28)")
    func prd() async throws {
        try await Desk.open(.prd) { desk in
            let ticket = try await desk.client.submit(RenderClientTests.order)
            #expect(ticket == RenderTicket(job: "render-1", template: nil))
            #expect(desk.renders.jobs[0].key == RenderClientTests.order.key)
            #expect(desk.renders.jobs[0].brief["hook"] == "Don’t")
        }
    }

    @Test("a key that could leave the folder or the command line is refused")
    func keys() async throws {
        try await Desk.open(.service) { desk in
            for key in ["", "../x", "a b", "a\"b", "$(x)"] {
                await #expect(throws: ServiceError.self) {
                    try await desk.client.submit(RenderOrder(key: key, brief: RenderClientTests.brief))
                }
            }
            #expect(desk.renders.jobs.isEmpty)
        }
    }

    @Test("a brief that no command line could hold is refused before it is sent")
    func long() async throws {
        try await Desk.open(.service) { desk in
            let brief = JSON.object(["hook": .string(String(repeating: "x", count: 70_000))])
            await #expect(throws: ServiceError.self) {
                try await desk.client.submit(RenderOrder(key: "k", brief: brief))
            }
            #expect(desk.renders.jobs.isEmpty)
        }
    }

    @Test("a refusal is certain, a wrong key may be corrected, anything else is not known")
    func endings() async throws {
        try await Desk.open(.service) { desk in
            desk.renders.fail(with: .json(#"{"error":"Missing required field: brief"}"#, status: 400))
            do {
                _ = try await desk.client.submit(RenderClientTests.order)
                Issue.record("a 400 was taken for a success")
            } catch let error as ServiceError {
                #expect(!error.isAway && error.isSafeToRepeat)
            }
            desk.renders.fail(
                with: .json(#"{"error":"Rate limit exceeded"}"#, status: 429, headers: [("Retry-After", "60")]))
            do {
                _ = try await desk.client.submit(RenderClientTests.order)
                Issue.record("a 429 was taken for a success")
            } catch let error as ServiceError {
                #expect(error.isAway && error.message.contains("60 s"))
            }
            desk.renders.fail(with: .json(#"{"error":"Internal server error"}"#, status: 500))
            await #expect(throws: OutcomeUnknown.self) { try await desk.client.submit(RenderClientTests.order) }
            desk.renders.loseAnswers(1)
            await #expect(throws: OutcomeUnknown.self) { try await desk.client.submit(RenderClientTests.order) }
            #expect(desk.renders.jobs.count == 1)
        }
    }

    @Test("a wrong key is away, and the text names the setting without the key")
    func wrongKey() async throws {
        try await Desk.open(.service, key: "right", own: "wrong-and-secret") { desk in
            do {
                _ = try await desk.client.submit(RenderClientTests.order)
                Issue.record("a wrong key was accepted")
            } catch let error as ServiceError {
                #expect(error.isAway)
                #expect(error.message.contains("REMOTION_API_KEY") && !error.message.contains("wrong-and-secret"))
            }
        }
    }

    // MARK: Looking for a lost submission

    @Test("a lost submission is found by the brief's id, among jobs of its time")
    func search() async throws {
        let since = try #require(Instant(iso8601: "2026-03-02T12:00:00Z"))
        try await Desk.open(.service) { desk in
            desk.renders.loseAnswers(1)
            await #expect(throws: OutcomeUnknown.self) { try await desk.client.submit(RenderClientTests.order) }
            let key = RenderClientTests.order.key
            let found = [
                try await desk.client.search(key: key, since: since),
                try await desk.client.search(key: "another", since: since),
                try await desk.client.search(key: key, since: since + .seconds(3_600)),
            ]
            #expect(found == [.found(job: "render-1"), .absent, .absent])
        }
        try await Desk.open(.prd) { desk in
            guard case .unsure = try await desk.client.search(key: "k", since: since) else {
                Issue.record("a 404 of a service that lists nothing was taken for certain")
                return
            }
            _ = try await desk.client.submit(RenderClientTests.order)
            let key = RenderClientTests.order.key
            let found = try await desk.client.search(key: key, since: since)
            #expect(found == .found(job: key))
        }
    }

    // MARK: Progress

    static let words: [(status: String, progress: RenderProgress)] = [
        ("pending", .waiting), ("processing", .rendering),
        ("cancelled", .failed("cancelled by the render service: no reason given")),
    ]

    @Test("the public service's words", arguments: words)
    func statuses(_ status: String, _ progress: RenderProgress) async throws {
        try await Desk.open(.service) { desk in
            _ = try await desk.client.submit(RenderClientTests.order)
            desk.renders.change(0) { $0.status = status }
            #expect(try await desk.client.progress(of: "render-1") == progress)
        }
    }

    @Test("a finished job names a file, or an address that others may or may not reach")
    func outputs() async throws {
        try await Desk.open(.service) { desk in
            _ = try await desk.client.submit(RenderClientTests.order)
            desk.renders.change(0) {
                $0.status = "completed"
                $0.videoPath = "output/a.mp4"
                $0.fileSize = 7
            }
            #expect(try await desk.client.progress(of: "render-1") == .finished(.file(path: "output/a.mp4", bytes: 7)))
        }
        try await Desk.open(.prd) { desk in
            _ = try await desk.client.submit(RenderClientTests.order)
            for (url, output) in [
                ("https://cdn.example.com/a.mp4", RenderOutput.address("https://cdn.example.com/a.mp4")),
                ("http://localhost:3100/a.mp4", .localAddress("http://localhost:3100/a.mp4")),
                ("http://127.0.0.1/a.mp4", .localAddress("http://127.0.0.1/a.mp4")),
            ] {
                desk.renders.change(0) {
                    $0.status = "complete"
                    $0.outputURL = url
                }
                #expect(try await desk.client.progress(of: "render-1") == .finished(output))
            }
        }
    }

    @Test("a restarted service has lost the job; a busy one has not")
    func lostAndBusy() async throws {
        try await Desk.open(.service, patience: .seconds(2)) { desk in
            _ = try await desk.client.submit(RenderClientTests.order)
            desk.renders.block(true)
            #expect(try await desk.client.progress(of: "render-1") == .busy)
            desk.renders.block(false)
            desk.renders.forget()
            #expect(try await desk.client.progress(of: "render-1") == .lost)
        }
    }

    // MARK: Files

    @Test("a video is read from the folder and from nowhere else")
    func files() async throws {
        let directory = try TemporaryDirectory()
        let folder = directory.path + "/output"
        let manager = FileManager.default
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: false)
        for (name, bytes) in [("a.mp4", [1, 2, 3]), ("empty.mp4", []), ("notes.txt", [1])] as [(String, [UInt8])] {
            #expect(manager.createFile(atPath: folder + "/" + name, contents: Data(bytes)))
        }
        #expect(manager.createFile(atPath: directory.file("outside.mp4"), contents: Data([9])))
        try manager.createSymbolicLink(
            atPath: folder + "/link.mp4", withDestinationPath: directory.file("outside.mp4"))
        try await Desk.open(.service, directory: folder) { desk in
            let video = try await desk.client.fetch(.file(path: "output/a.mp4", bytes: 3))
            #expect(video == RenderedVideo(filename: "a.mp4", mediaType: "video/mp4", bytes: [1, 2, 3]))
            for (path, bytes) in [
                ("output/a.mp4", 4), ("output/empty.mp4", nil), ("output/notes.txt", nil), ("output/link.mp4", nil),
                (directory.path + "/outside.mp4", nil), ("../outside.mp4", nil), ("output/none.mp4", nil),
            ] as [(String, Int64?)] {
                await #expect(throws: ServiceError.self, "\(path)") {
                    try await desk.client.fetch(.file(path: path, bytes: bytes))
                }
            }
        }
        try await Desk.open(.service, directory: "") { desk in
            await #expect(throws: ServiceError.self) { try await desk.client.fetch(.file(path: "a.mp4", bytes: 3)) }
        }
    }
}
