public import Configuration
public import JSON
import Time

/// The policy keys of `schedules.json`, which an entry and the defaults have in common: what is absent is `nil`.
public struct WrittenPolicy: Configurable, Hashable {
    public var timeout: Duration?
    public var overlap: Overlap?
    public var catchUp: CatchUp?
    public var catchUpWindow: Duration?
    public var jitter: Duration?
    public var retry: WrittenRetry?
    public var pauseOnFailure: Int?
    public var alertAfter: Int?
    public var mute: Bool?
    public var priority: Int?

    /// No key is there.
    public init() {}

    public static let fields: [Field<WrittenPolicy>] = [
        Field(
            "timeout", \.timeout, in: .seconds(1)...(.seconds(86_400)),
            "Elapsed time after which an attempt is cancelled, 1s to 1d."),
        Field("overlap", \.overlap, "What happens to a slot while the same work is still running."),
        Field(
            "catchUp", \.catchUp,
            "What happens to slots missed while the daemon or the machine was down; all needs overlap bufferAll or allow."
        ),
        Field(
            "catchUpWindow", \.catchUpWindow, in: .seconds(1)...(.seconds(366 * 86_400)),
            "How old a missed slot may be and still be run, 1s to 366d."),
        Field(
            "jitter", \.jitter, in: .zero...(.seconds(86_400)),
            "Spread of the start; each schedule keeps its own stable part of it. Shorter than the time between two slots."
        ),
        Field(
            "retry", \.retry,
            "Further attempts after a failure that is safe to repeat. Replaces the default's as a whole."),
        Field(
            "pauseOnFailure", \.pauseOnFailure, in: 0...1_000,
            "After so many failed runs in a row the schedule pauses itself; 0 for never."),
        Field(
            "alertAfter", \.alertAfter, in: 1...1_000,
            "The failed run in a row of which the owner is told; without it 1, or 3 for a schedule that fires often."),
        Field("mute", \.mute, "true: the owner is told of no failure and no recovery of this schedule."),
        Field(
            "priority", \.priority, in: -100...100,
            "Of slots that are due together, those of higher priority start first."),
    ]

    /// The keys of ``Policy`` with the values it has by itself.
    static let builtIn: WrittenPolicy = {
        let policy = Policy()
        var written = WrittenPolicy()
        written.timeout = policy.timeout
        written.overlap = policy.overlap
        written.catchUp = policy.catchUp
        written.catchUpWindow = policy.catchUpWindow
        written.jitter = policy.jitter
        written.pauseOnFailure = policy.pauseOnFailure
        written.mute = policy.isMuted
        written.priority = policy.priority
        return written
    }()

    /// The policy of these keys; `policy` stands in for what is absent, `retry` as a whole.
    func policy(over policy: Policy) -> Policy {
        Policy(
            timeout: timeout ?? policy.timeout, overlap: overlap ?? policy.overlap, catchUp: catchUp ?? policy.catchUp,
            catchUpWindow: catchUpWindow ?? policy.catchUpWindow, jitter: jitter ?? policy.jitter,
            retry: retry?.retry ?? policy.retry, pauseOnFailure: pauseOnFailure ?? policy.pauseOnFailure,
            alertAfter: alertAfter ?? policy.alertAfter, isMuted: mute ?? policy.isMuted,
            priority: priority ?? policy.priority)
    }
}

/// ``Retry`` as it is written. Absent waits are those of ``Retry/init(attempts:backoff:maxBackoff:)``.
public struct WrittenRetry: Configurable, Hashable {
    public var attempts = 1
    public var backoff = Retry.none.backoff
    public var maxBackoff = Retry.none.maxBackoff

    /// One attempt.
    public init() {}

    private static let waits: ClosedRange<Duration> = .milliseconds(1)...(.seconds(86_400))

    public static let fields: [Field<WrittenRetry>] = [
        Field("attempts", \.attempts, isRequired: true, in: 1...20, "Attempts in all, the first one included."),
        Field("backoff", \.backoff, in: waits, "The wait after the first attempt; it doubles with each further one."),
        Field("maxBackoff", \.maxBackoff, in: waits, "No wait is longer; not shorter than backoff."),
    ]

    public static func read(
        _ node: JSONNode, _ reader: ConfigurationReader, over current: @autoclosure () -> WrittenRetry
    ) -> WrittenRetry? {
        guard let retry = readFields(node, reader, over: current()) else { return nil }
        if retry.maxBackoff < retry.backoff {
            // The key that is there is the one to change.
            let (isThere, isDefault) = (node["maxBackoff"] != nil, "which it is when it is not given")
            reader.report(
                "maxBackoff \(retry.maxBackoff.text)\(isThere ? "" : ", \(isDefault),") is shorter than backoff "
                    + "\(retry.backoff.text); allowed is \(retry.backoff.text) or longer",
                with: isThere ? "maxBackoff" : "backoff", of: node)
        }
        return retry
    }

    var retry: Retry { Retry(attempts: attempts, backoff: backoff, maxBackoff: maxBackoff) }
}

extension Overlap: WordSetting {}
extension CatchUp: WordSetting {}
