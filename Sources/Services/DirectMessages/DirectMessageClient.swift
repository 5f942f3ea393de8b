public import Agents
public import HTTP
internal import JSON
public import Time

/// Talks to the four direct message services (OU-11, K18): one request at a time, each send once.
public struct DirectMessageClient: DirectMessages {
    private let services: [OutreachPlatform: DirectMessageService]
    private let client: HTTPClient
    private let lock: String
    private let turnstile = Turnstile()

    /// - Parameters:
    ///   - addresses: where each platform's service answers; one without an address has none.
    ///   - linkedInToken: LinkedIn's service refuses everything without it.
    ///   - lock: the file by which processes take turns; made when it is missing.
    /// - Throws: ``HTTPError`` with `badURL`.
    public init(
        addresses: [OutreachPlatform: String], linkedInToken: Credential?, lock: String, client: HTTPClient
    ) throws(HTTPError) {
        var services: [OutreachPlatform: DirectMessageService] = [:]
        for (platform, address) in addresses {
            services[platform] = DirectMessageService(
                platform: platform, address: try HTTPURL(address, of: "the \(platform.shown) DM service"),
                token: platform == .linkedin ? linkedInToken : nil)
        }
        self.services = services
        self.client = client
        self.lock = lock
    }

    public func now() -> Instant { client.time.now() }

    public func takeTurn() throws(ServiceError) -> (any SendingTurn)? { try SendingLock.take(lock) }

    public func confirm(_ platform: OutreachPlatform, after pause: Duration) async throws(ServiceError) {
        let service = try service(platform)
        await turnstile.enter()
        defer { turnstile.leave() }
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try await client.send(service.healthRequest(after: pause))
        } catch {
            throw away(service, "\(error)")
        }
        guard response.isSuccess, let health = try? JSON(parsing: response.text), service.isOurs(health) else {
            throw away(
                service,
                "\(response.status), but not its health answer: another program answers at \(service.address). "
                    + "Set \(service.setting) to where the service is.")
        }
    }

    public func send(_ message: DirectMessage) async -> Delivery {
        let service: DirectMessageService
        do throws(ServiceError) {
            service = try self.service(message.platform)
        } catch {
            return .unavailable(error.message)
        }
        await turnstile.enter()
        defer { turnstile.leave() }
        let request = service.sendRequest(message)
        do throws(HTTPError) {
            return DirectMessageAnswer(try await client.send(request), to: request).delivery
        } catch {
            return error.isSafeToRepeat ? .unavailable("\(error)") : .unknown("\(error)")
        }
    }

    private func service(_ platform: OutreachPlatform) throws(ServiceError) -> DirectMessageService {
        guard let service = services[platform] else {
            throw ServiceError(
                "\(platform.shown) messages", "no service is configured", isAway: true, isSafeToRepeat: true)
        }
        return service
    }

    private func away(_ service: DirectMessageService, _ text: String) -> ServiceError {
        ServiceError(service.name, text, isAway: true, isSafeToRepeat: true)
    }
}
