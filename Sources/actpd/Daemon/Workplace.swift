import Agents
import Configuration
import Dispatch
import Glibc
import HTTP
import Logging
import Records
import Scheduling
import Services
import Stores
import Synchronization
import Time

/// What commands that touch the state work with: settings, ledger and store, opened in that order.
struct Workplace: Sendable {
    let settings: LoadedSettings
    let time: any TimeSource
    let workers: WorkerPool
    let ledger: SQLiteLedger
    var tables: Tables
    /// For everything that is asked over HTTP; costs nothing until the first request.
    let http: HTTPClient
    let clients: ServiceClients
    /// What happens at the edge while nobody asks.
    let notices = Notices()

    /// - Throws: ``ConfigurationError``, ``StoreError`` or ``Files/Problem``; each names its file.
    init(_ options: ConfigurationOptions, as opener: SQLiteLedger.Opener) throws {
        try self.init(LoadedSettings(options, environment: Environment.variables), as: opener)
    }

    /// The user that root has become for this work; `nil` when nothing was given up.
    let worksAs: String?

    /// - Parameters:
    ///   - time: the clock of everything that is opened here.
    ///   - onSleep: for a clock that a test sets; see ``HTTPClient``.
    init(
        _ settings: LoadedSettings, as opener: SQLiteLedger.Opener, time: any TimeSource = SystemTime(),
        onSleep: (@Sendable (Duration) -> Void)? = nil
    ) throws {
        self.settings = settings
        self.time = time
        let notices = notices
        http = HTTPClient(
            time: time,
            options: .init(userAgent: "actpd/\(Actpd.version)", onBreaker: { notices.give(.host($0)) }),
            onSleep: onSleep)
        clients = ServiceClients(settings, http: http)
        workers = WorkerPool(limit: settings.tunables.limits.workers)
        try Files.makeDirectory(settings.locations.state)
        worksAs = try Privileges.become(ownerOf: settings.locations.state)
        // Contacts and messages are nobody else's business, whatever the caller's umask.
        let usual = umask(0o077)
        defer { umask(usual) }
        ledger = try SQLiteLedger(
            directory: settings.locations.state, as: opener, texts: AgentAlertTexts(), at: time.now())
        tables = try Tables(settings, client: http, time: time) { notices.give(.switchedOff($0)) }
    }

    var store: Store { tables.store }

    /// The daemon's execution.
    ///
    /// - Parameter sweeping: told how each task of a sweep ends.
    func execution(
        announce: @escaping @Sendable () -> Void, observe: @escaping @Sendable (Execution.Event) -> Void,
        sweeping: @escaping @Sendable (SchedulerEvent) -> Void = { _ in }
    ) -> Execution {
        var performer = performer
        performer.announce = announce
        performer.observe = sweeping
        return Execution(performer: performer, time: time, workers: workers, observe: observe)
    }

    var performer: AgentPerformer {
        AgentPerformer(
            settings: settings.tunables.agents, store: store, ledger: ledger, services: services(of:),
            memory: { [ledger] domain in ledger.memory(of: domain.rawValue) }, time: time, workers: workers)
    }

    /// Delivers what a command's run has put into the outbox, beside the run's own work. What fails here is delivered at
    /// the command's end.
    var announceAtOnce: @Sendable () -> Void {
        { [courier, workers] in
            Task(executorPreference: workers) { try? await courier.deliverTaskRows() }
        }
    }

    /// `nil` unless both of Telegram's settings are there.
    var telegram: TelegramBot? { settings.telegram(http) }

    var courier: Courier { Courier(ledger: ledger, store: store) }

    /// Waits on the calling thread for asynchronous work, which runs on the workers.
    func wait<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) throws -> Result {
        try workers.wait(work)
    }
}

extension WorkerPool {
    /// Waits on the calling thread for asynchronous work.
    func wait<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) throws -> Result {
        let done = DispatchSemaphore(value: 0)
        let box = OutcomeBox<Result>()
        Task(executorPreference: self) {
            do {
                box.put(.success(try await work()))
            } catch {
                box.put(.failure(error))
            }
            done.signal()
        }
        done.wait()
        guard let result = box.take() else { preconditionFailure("the work ended without an outcome") }
        return try result.get()
    }
}

extension LoadedSettings {
    /// The way to the owner: Telegram when it is configured, else the log.
    func ownerRoute(_ client: HTTPClient, logger: Logger) -> OwnerRoute {
        guard let bot = telegram(client) else { return .log(logger) }
        return .telegram(bot)
    }

    /// `nil` unless both of Telegram's settings are there.
    func telegram(_ client: HTTPClient) -> TelegramBot? {
        guard let token = credential(.telegramBotToken), let chat = self[.telegramChatID],
            let address = try? HTTPURL(self[.telegramAPIURL] ?? "https://api.telegram.org", of: "Telegram")
        else { return nil }
        return TelegramBot(token: token, chat: chat, baseURL: address, client: client)
    }
}

/// Carries a result from a worker to the waiting thread.
private final class OutcomeBox<Value: Sendable>: Sendable {
    private let outcome = Mutex<Result<Value, any Error>?>(nil)

    func put(_ result: Result<Value, any Error>) { outcome.withLock { $0 = result } }

    func take() -> Result<Value, any Error>? { outcome.withLock { $0 } }
}

enum Environment {
    static var variables: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { variables[String(pair[0])] = String(pair[1]) }
            entry += 1
        }
        return variables
    }
}

/// The command line as root works as the owner of the state, so that it leaves no file that the daemon cannot write.
enum Privileges {
    ///
    /// - Returns: the owner's name, if root has become somebody else.
    static func become(ownerOf directory: String) throws(Files.Problem) -> String? {
        guard geteuid() == 0 else { return nil }
        var status = stat()
        guard stat(directory, &status) == 0 else { throw Files.Problem(directory, "cannot be examined") }
        guard status.st_uid != 0 else { return nil }
        let owner = getpwuid(status.st_uid).map { String(cString: $0.pointee.pw_name) } ?? "\(status.st_uid)"
        guard setgroups(0, nil) == 0, setgid(status.st_gid) == 0, setuid(status.st_uid) == 0 else {
            throw Files.Problem(directory, "cannot work as its owner")
        }
        return owner
    }
}
