internal import CCurl
internal import Glibc
internal import Synchronization
internal import Time

/// The thread that drives libcurl: takes commands from an inbox, lets the plan decide, and carries its actions out.
///
/// Everything without a lock belongs to the thread. It is `@unchecked Sendable` because of that part: ``run()`` is called
/// once, on the thread, and nothing else touches it.
final class CurlEngine: @unchecked Sendable {
    typealias Continuation = CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>

    /// Tells a request from others before and after it is in the inbox: its cancellation may overtake it.
    final class Ticket: Sendable {
        enum State { case new, sent(TransferPlan.ID), cancelled }
        let state = Mutex(State.new)
    }

    private enum Command {
        case send(TransferPlan.ID, HTTPRequest, Continuation)
        case cancel(TransferPlan.ID)
    }

    private struct Inbox: ~Copyable {
        var commands: [Command] = []
        var nextID: TransferPlan.ID = 1
        var isStopped = false
        /// libcurl's handle while the thread runs; `curl_multi_wakeup` alone may use it elsewhere.
        var multi: UnsafeMutableRawPointer?
    }

    private struct Pending {
        let request: HTTPRequest
        let continuation: Continuation
        var transfer: CurlTransfer?
        /// What the last attempt brought.
        var result: Result<HTTPResponse, HTTPError>?
    }

    private let time: any TimeSource
    private let options: HTTPClient.Options
    private let threadName: String
    private let idleMax: Duration
    private let onSleep: (@Sendable (Duration) -> Void)?
    private let inbox = Mutex(Inbox())
    private let states = Mutex<[HTTPHostState]>([])

    // The thread's own.
    private var plan: TransferPlan
    private var pending: [TransferPlan.ID: Pending] = [:]
    private var running: [UnsafeMutableRawPointer: TransferPlan.ID] = [:]
    private let handles = CurlHandles()
    /// The uptime at which connections that nobody uses are closed; `nil` when there are none.
    private var restAt: Duration?
    private var answers: [(Continuation, Result<HTTPResponse, HTTPError>)] = []

    init(
        time: any TimeSource, options: HTTPClient.Options, threadName: String, idleMax: Duration,
        onSleep: (@Sendable (Duration) -> Void)?
    ) {
        self.time = time
        self.options = options
        self.threadName = threadName
        self.idleMax = idleMax
        self.onSleep = onSleep
        plan = TransferPlan(retry: options.retry, breaker: options.breaker, perHost: options.requestsPerHost)
    }

    var hosts: [HTTPHostState] { states.withLock { $0 } }

    // MARK: From any thread

    func send(_ request: HTTPRequest, _ ticket: Ticket, _ continuation: Continuation) {
        let isTaken = ticket.state.withLock { state in
            guard case .new = state else { return false }
            return inbox.withLock { inbox in
                guard startThread(&inbox) else { return false }
                let id = inbox.nextID
                inbox.nextID += 1
                state = .sent(id)
                inbox.commands.append(.send(id, request, continuation))
                return true
            }
        }
        guard !isTaken else { return wake() }
        let isCancelled = ticket.state.withLock { if case .cancelled = $0 { true } else { false } }
        continuation.resume(
            returning: .failure(
                HTTPError(
                    isCancelled ? .cancelled : .transport, for: request,
                    detail: isCancelled ? "before it began" : "no memory or no thread for it", isSafeToRepeat: true,
                    attempts: 0)))
    }

    func cancel(_ ticket: Ticket) {
        let id = ticket.state.withLock { state -> TransferPlan.ID? in
            guard case .sent(let id) = state else {
                state = .cancelled
                return nil
            }
            return id
        }
        guard let id else { return }
        inbox.withLock { $0.commands.append(.cancel(id)) }
        wake()
    }

    func stop() {
        inbox.withLock { $0.isStopped = true }
        wake()
    }

    private func wake() {
        inbox.withLock { inbox in
            if let multi = inbox.multi { curl_multi_wakeup(multi) }
        }
    }

    private func startThread(_ inbox: inout Inbox) -> Bool {
        guard inbox.multi == nil else { return true }
        guard CurlEngine.isLibraryReady, let multi = makeMulti() else { return false }
        inbox.multi = multi
        let engine = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { engine in
                guard let engine else { return nil }
                Unmanaged<CurlEngine>.fromOpaque(engine).takeRetainedValue().run()
                return nil
            }, engine.toOpaque())
        guard result == 0 else {
            engine.release()
            curl_multi_cleanup(multi)
            inbox.multi = nil
            return false
        }
        pthread_detach(thread)
        return true
    }

    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    // MARK: On the thread

    private func run() {
        // Signals are for those who wait for them, and a peer that went away must not end the process by SIGPIPE: with its
        // signal blocked here a write only fails. libcurl's resolver threads inherit this.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        actpd_name_thread(threadName)
        guard var multi = inbox.withLock({ $0.multi }) else { return }
        while turn(multi) {
            if let restAt, time.uptime() >= restAt { multi = rested(multi) }
        }
        close(multi)
    }

    /// Closes the connections that are kept, all of them unused: libcurl would leave those that the other side has closed
    /// until the next request, a day perhaps.
    private func rested(_ multi: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        restAt = nil
        // A wake-up that the old handle got until now was for commands that the next turn takes before it sleeps.
        inbox.withLock { $0.multi = makeMulti() ?? $0.multi }
        guard let fresh = inbox.withLock({ $0.multi }), fresh != multi else { return multi }
        curl_multi_cleanup(multi)
        return fresh
    }

    private func makeMulti() -> UnsafeMutableRawPointer? {
        guard let multi = curl_multi_init() else { return nil }
        // libcurl's own limit grows with what is under way and would keep as many.
        _ = actpd_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, max(16, options.requestsPerHost))
        return multi
    }

    /// One round; false when the client is gone.
    private func turn(_ multi: UnsafeMutableRawPointer) -> Bool {
        let (commands, isStopped) = inbox.withLock { inbox in
            defer { inbox.commands = [] }
            return (inbox.commands, inbox.isStopped)
        }
        guard !isStopped else { return false }
        for command in commands {
            switch command {
            case .send(let id, let request, let continuation):
                pending[id] = Pending(request: request, continuation: continuation)
                carryOut(plan.requested(id, request, at: time.uptime()), multi)
            case .cancel(let id): carryOut(plan.cancelled(id, at: time.uptime()), multi)
            }
        }
        carryOut(plan.tick(at: time.uptime()), multi)
        var count: Int32 = 0
        var code = curl_multi_perform(multi, &count)
        var isBusy = false
        var result = CURLE_OK
        while let handle = actpd_curl_multi_next_done(multi, &result) {
            ended(handle, result, multi)
            // A place came free, and what took it wants to begin.
            isBusy = true
        }
        answer()
        if !isBusy && code == CURLM_OK { code = sleep(multi) }
        if code != CURLM_OK { giveUp(code, multi) }
        return true
    }

    private func sleep(_ multi: UnsafeMutableRawPointer) -> CURLMcode {
        var pause = plan.nextAlarm.map { max($0 - time.uptime(), .zero) }
        if let onSleep, let announced = pause, running.isEmpty, announced > .zero {
            onSleep(announced)
            pause = plan.nextAlarm.map { max($0 - time.uptime(), .zero) }
        }
        if let restAt { pause = min(pause ?? .seconds(1 << 30), max(restAt - time.uptime(), .zero)) }
        // Rounded up, or the last fraction of a millisecond would be spent in a circle.
        let milliseconds = pause.map { Int32(clamping: ($0.microseconds + 999) / 1_000) } ?? Int32.max
        return curl_multi_poll(multi, nil, 0, milliseconds, nil)
    }

    private func carryOut(_ actions: [TransferPlan.Action], _ multi: UnsafeMutableRawPointer) {
        for action in actions {
            switch action {
            case .start(let id, let limit): start(id, limit, multi)
            case .abort(let id):
                if let transfer = pending[id]?.transfer { remove(transfer, multi) }
                finish(
                    id, failure: .cancelled, "while it was under way", hasLeft: pending[id]?.transfer?.hasLeft ?? true)
            case .deliver(let id): finish(id)
            case .refuse(let id, let refusal): refuse(id, refusal)
            }
        }
    }

    private func start(_ id: TransferPlan.ID, _ limit: Duration, _ multi: UnsafeMutableRawPointer) {
        guard let request = pending[id]?.request else { return }
        guard let transfer = CurlTransfer(request, limit: limit, options: options, handles: handles),
            curl_multi_add_handle(multi, transfer.handle) == CURLM_OK
        else { return settle(id, failed: .transport, "libcurl has no memory for it", hasLeft: false, multi) }
        pending[id]?.transfer = transfer
        running[transfer.handle] = id
        restAt = nil
    }

    private func remove(_ transfer: CurlTransfer, _ multi: UnsafeMutableRawPointer) {
        running[transfer.handle] = nil
        if running.isEmpty { restAt = time.uptime() + idleMax }
        curl_multi_remove_handle(multi, transfer.handle)
    }

    private func ended(_ handle: UnsafeMutableRawPointer, _ result: CURLcode, _ multi: UnsafeMutableRawPointer) {
        guard let id = running[handle], let transfer = pending[id]?.transfer else { return }
        remove(transfer, multi)
        guard result == CURLE_OK else {
            let (code, detail) = transfer.failure(result)
            return settle(id, failed: code, detail, hasLeft: transfer.hasLeft, multi)
        }
        let retryAfter = transfer.retryAfter.flatMap { RetryAfter.delay($0, now: time.now()) }
        pending[id]?.result = .success(
            transfer.response(attempts: plan.history(of: id).attempts, retryAfter: retryAfter))
        pending[id]?.transfer = nil
        planEnded(id, .answered(status: transfer.status, retryAfter: retryAfter), multi)
    }

    /// An attempt brought no answer.
    private func settle(
        _ id: TransferPlan.ID, failed code: HTTPError.Code, _ detail: String, hasLeft: Bool,
        _ multi: UnsafeMutableRawPointer
    ) {
        let history = plan.history(of: id)
        if let request = pending[id]?.request {
            pending[id]?.result = .failure(
                HTTPError(
                    code, for: request, detail: detail, isSafeToRepeat: !(hasLeft || history.hasLeft),
                    attempts: history.attempts))
        }
        pending[id]?.transfer = nil
        planEnded(id, .failed(code, left: hasLeft), multi)
    }

    private func planEnded(_ id: TransferPlan.ID, _ result: AttemptResult, _ multi: UnsafeMutableRawPointer) {
        carryOut(plan.ended(id, result, at: time.uptime(), chance: Double.random(in: 0...1)), multi)
    }

    private func refuse(_ id: TransferPlan.ID, _ refusal: TransferPlan.Refusal) {
        switch refusal {
        case .circuitOpen(let pause):
            finish(
                id, failure: .circuitOpen, "left alone for another \(pause.roundedUpToSeconds.text)", hasLeft: false,
                retryAfter: pause)
        case .waitedTooLong:
            finish(
                id, failure: .timedOutUnsent,
                "all \(options.requestsPerHost) places for this host were taken for as long as it could wait",
                hasLeft: false)
        case .cancelled: finish(id, failure: .cancelled, "while it waited", hasLeft: false)
        }
    }

    private func finish(
        _ id: TransferPlan.ID, failure code: HTTPError.Code, _ detail: String, hasLeft: Bool,
        retryAfter: Duration? = nil
    ) {
        let history = plan.history(of: id)
        if let request = pending[id]?.request {
            pending[id]?.result = .failure(
                HTTPError(
                    code, for: request, detail: detail, retryAfter: retryAfter,
                    isSafeToRepeat: !(hasLeft || history.hasLeft), attempts: history.attempts))
        }
        finish(id)
    }

    private func finish(_ id: TransferPlan.ID) {
        plan.forget(id)
        guard let over = pending.removeValue(forKey: id), let result = over.result else { return }
        answers.append((over.continuation, result))
    }

    /// Told only when the state is published, so that whoever has an answer sees a state that knows of it.
    private func answer() {
        let states = plan.states
        let before = self.states.withLock { published in
            defer { published = states }
            return published
        }
        if let onBreaker = options.onBreaker {
            for state in states where state.isNews(after: before.first { $0.host == state.host }) { onBreaker(state) }
        }
        let answers = self.answers
        self.answers = []
        for (continuation, result) in answers { continuation.resume(returning: result) }
    }

    /// libcurl cannot go on: everything under way ends, what waits may try again.
    private func giveUp(_ code: CURLMcode, _ multi: UnsafeMutableRawPointer) {
        let words = String(cString: curl_multi_strerror(code))
        for id in Array(running.values) {
            guard let transfer = pending[id]?.transfer else { continue }
            remove(transfer, multi)
            settle(id, failed: .transport, words, hasLeft: transfer.hasLeft, multi)
        }
        answer()
    }

    private func close(_ multi: UnsafeMutableRawPointer) {
        let left = inbox.withLock { inbox in
            inbox.multi = nil
            defer { inbox.commands = [] }
            return inbox.commands
        }
        for case .send(let id, let request, let continuation) in left {
            pending[id] = Pending(request: request, continuation: continuation)
        }
        for (id, request) in pending {
            if let transfer = request.transfer { remove(transfer, multi) }
            finish(id, failure: .cancelled, "the client was closed", hasLeft: request.transfer?.hasLeft ?? false)
        }
        answer()
        curl_multi_cleanup(multi)
    }
}

extension Duration {
    fileprivate var roundedUpToSeconds: Duration { .seconds((milliseconds + 999) / 1_000) }
}
