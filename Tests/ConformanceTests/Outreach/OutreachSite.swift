import ActpTesting
import Agents
import Foundation
import JSON
import Records
import Stores
import Testing
import Time

/// An installation with stand-ins for the four direct message services, whose windows are open all day.
struct OutreachSite: Sendable {
    let installation: Installation
    let store: Store
    private let addresses: [String: String]

    static let token = "linkedin-token-0123456789"

    /// - Parameter settings: the `outreach` group of `actpd.json`; `nil`: windows open all day, no pauses.
    init(_ servers: [OutreachPlatform: StandInServer], settings: String? = nil) throws {
        installation = try Installation()
        let hours = (0...23).map { "\($0)" }.joined(separator: ",")
        let always = #"{"hours": [\#(hours)], "days": ["sun","mon","tue","wed","thu","fri","sat"]}"#
        try installation.configure(
            "actpd.json",
            settings
                ?? #"{"outreach": {"decision": \#(always), "limits": {"gap": "0s", "twitter": {"perHour": 900, "perDay": 900}}}}"#
        )
        store = Store(try SQLiteStore(path: installation.state + "/actp.db", time: SystemTime()))
        addresses = Dictionary(
            uniqueKeysWithValues: servers.map { ("DM_\($0.key.rawValue.uppercased())_URL", $0.value.url) })
    }

    var environment: [String: String] { addresses.merging(["LINKEDIN_AUTH_TOKEN": OutreachSite.token]) { $1 } }

    /// A contact in the decision stage and a message to it whose time has come.
    func addMessage(_ number: Int, _ platform: OutreachPlatform = .twitter, queuedAt: Instant) async throws -> RowID {
        let (contact, message) = (RowID.random(), RowID.random())
        try await store.insert([
            Draft<Contacts> {
                $0.id = contact
                $0.platform = platform.rawValue
                $0.username = "user\(number)"
                $0.pipelineStage = "qualified"
            }
        ])
        try await store.insert([
            Draft<ProspectScores> {
                $0.contactID = contact
                $0.funnelStage = "decision"
                $0.score = 80
            }
        ])
        try await store.insert([
            Draft<MessageQueue> {
                $0.id = message
                $0.contactID = contact
                $0.platform = platform.rawValue
                $0.messageBody = "message \(number)"
                $0.messageType = "outreach"
                $0.priority = 1
                $0.status = "pending"
                $0.createdAt = queuedAt
                $0.scheduledFor = queuedAt
            }
        ])
        return message
    }

    func rows() async throws -> [Row<MessageQueue>] {
        var rows: [Row<MessageQueue>] = []
        try await store.eachPage(of: MessageQueue.self) { rows += $0 }
        return rows
    }
}
