import ActpTesting
import Agents
import HTTP
import JSON
import Services
import Synchronization
import Time

/// A stand-in of the Messages API, a client whose clock goes ahead when it sleeps, and a question to ask.
struct AnthropicDesk: Sendable {
    static let key = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz"
    static let schema: JSON = [
        "type": "object", "additionalProperties": false, "required": ["hook"],
        "properties": ["hook": ["type": "string"]],
    ]
    static let prompt = ModelPrompt(
        .fast, "Write a hook.", material: [.init("post", "Ten ways to save time")], schema: schema
    ) { json in
        (json["hook"]?.string ?? "").count > 20 ? ["the hook is longer than 20 characters"] : []
    }

    let anthropic: AnthropicStandIn
    let time = ManualTime("2026-03-29T10:00:00Z")
    let memory = ScratchMemory()
    let client: HTTPClient
    let address: HTTPURL
    let log = Log()

    final class Log: Sendable {
        let pauses = Mutex<[Duration]>([])
        let alerts = Mutex<[String]>([])
    }

    static func open(
        models: Set<String> = ["claude-haiku-5-5", "claude-haiku-4-5", "claude-sonnet-5-5"],
        _ body: (AnthropicDesk) async throws -> Void
    ) async throws {
        let anthropic = AnthropicStandIn(key: key, models: models) { _ in
            #"{"hook":"Save an hour"}"#
        }
        try await StandInServer.serve {
            anthropic.answer($0)
        } while: { (server: StandInServer) async throws in
            try await body(AnthropicDesk(anthropic, server))
        }
    }

    private init(_ anthropic: AnthropicStandIn, _ server: StandInServer) throws {
        self.anthropic = anthropic
        let (time, log) = (time, log)
        client = HTTPClient(time: time, options: .init(retry: RetryPolicy(jitter: 0))) { pause in
            log.pauses.withLock { $0.append(pause) }
            time.advance(by: pause)
        }
        address = try HTTPURL(server.url, of: "Anthropic")
    }

    func model(
        key: String = AnthropicDesk.key, domain: String = "ab-tester",
        _ settings: ClaudeSettings = ClaudeSettings()
    ) -> AnthropicModel {
        let log = log
        return AnthropicModel(
            domain: domain, key: Credential(key), baseURL: address, client: client, settings: settings, account: account
        ) { alert in log.alerts.withLock { $0.append(alert.html) } }
    }

    var account: ModelAccount { ModelAccount(memory, time: time) }
    var pauses: [Duration] { log.pauses.withLock { $0.filter { $0 >= .milliseconds(900) } } }
    var alerts: [String] { log.alerts.withLock { $0 } }
}
