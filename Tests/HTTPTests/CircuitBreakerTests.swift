import Testing
import Time

@testable import HTTP

struct CircuitBreakerTests {
    private var breaker = CircuitBreaker(
        .init(failuresMax: 3, firstPause: .seconds(10), pauseMax: .seconds(35)))

    private mutating func fail(_ times: Int, at now: Duration) {
        for _ in 0..<times { breaker.record(.bad, isProbe: false, at: now) }
    }

    @Test("failures in a row open it, and only in a row")
    mutating func inARow() {
        fail(2, at: .zero)
        breaker.record(.good, isProbe: false, at: .zero)
        fail(2, at: .zero)
        #expect(breaker.state == .closed)
        fail(1, at: .seconds(5))
        #expect(breaker.state == .open(until: .seconds(15)))
        #expect(breaker.admit(at: .seconds(8)) == .refuse(.seconds(7)))
    }

    @Test("what tells nothing changes nothing")
    mutating func silence() {
        fail(2, at: .zero)
        breaker.record(.none, isProbe: false, at: .zero)
        fail(1, at: .zero)
        #expect(breaker.state == .open(until: .seconds(10)))
    }

    @Test("after the pause one probe passes, nobody else")
    mutating func halfOpen() {
        fail(3, at: .zero)
        #expect(breaker.admit(at: .seconds(10)) == .probe)
        #expect(breaker.state == .halfOpen)
        #expect(breaker.admit(at: .seconds(10)) == .refuse(.seconds(10)))
        breaker.record(.good, isProbe: true, at: .seconds(11))
        #expect(breaker.state == .closed)
        #expect(breaker.admit(at: .seconds(11)) == .pass)
    }

    @Test("each failed probe doubles the pause, up to a limit; a success begins anew")
    mutating func doubles() {
        fail(3, at: .zero)
        var now = Duration.seconds(10)
        for pause in [20, 35, 35] {
            #expect(breaker.admit(at: now) == .probe)
            breaker.record(.bad, isProbe: true, at: now)
            #expect(breaker.state == .open(until: now + .seconds(pause)))
            now += .seconds(pause)
        }
        _ = breaker.admit(at: now)
        breaker.record(.good, isProbe: true, at: now)
        fail(3, at: now)
        #expect(breaker.state == .open(until: now + .seconds(10)))
    }

    @Test("late failures of earlier attempts do not prolong it, nor speak for the probe")
    mutating func late() {
        fail(5, at: .zero)
        #expect(breaker.state == .open(until: .seconds(10)))
        fail(1, at: .seconds(9))
        #expect(breaker.state == .open(until: .seconds(10)))
        _ = breaker.admit(at: .seconds(10))
        fail(1, at: .seconds(11))
        #expect(breaker.state == .halfOpen)
    }

    @Test("0 failures allowed means that it never opens")
    func off() {
        var breaker = CircuitBreaker(.init(failuresMax: 0))
        for _ in 1...100 { breaker.record(.bad, isProbe: false, at: .zero) }
        #expect(breaker.admit(at: .zero) == .pass)
    }

    static let signs: [(AttemptResult, CircuitBreaker.Sign)] = [
        (.answered(status: 200, retryAfter: nil), .good), (.answered(status: 404, retryAfter: nil), .good),
        (.answered(status: 429, retryAfter: nil), .good), (.answered(status: 500, retryAfter: nil), .good),
        (.answered(status: 502, retryAfter: nil), .bad), (.answered(status: 503, retryAfter: nil), .bad),
        (.failed(.couldNotConnect, left: false), .bad), (.failed(.timedOut, left: true), .bad),
        (.failed(.tls, left: false), .bad), (.failed(.malformedAnswer, left: true), .bad),
        (.failed(.cancelled, left: true), .none), (.failed(.tooLarge, left: true), .none),
    ]

    @Test("what an attempt tells of its host", arguments: signs)
    func health(_ result: AttemptResult, _ sign: CircuitBreaker.Sign) { #expect(result.health == sign) }
}

struct RetryPolicyTests {
    private func pause(
        _ result: AttemptResult, attempt: Int = 1, _ repetition: HTTPRequest.Repetition = .always,
        remaining: Duration = .seconds(100), chance: Double = 1, policy: RetryPolicy = RetryPolicy(attemptsMax: 9)
    ) -> Duration? {
        policy.pause(
            after: result, attempt: attempt, repetition: repetition, remaining: remaining, chance: chance)
    }

    private let busy = AttemptResult.answered(status: 503, retryAfter: nil)

    @Test("pauses grow by the factor up to the limit")
    func grows() {
        let pauses = (1...5).map { pause(busy, attempt: $0) }
        #expect(pauses == [.milliseconds(500), .seconds(2), .seconds(8), .seconds(30), .seconds(30)])
    }

    @Test("chance takes away up to a quarter, never more, and adds nothing", arguments: [0, 0.3, 1, -5, 7.0])
    func jitter(_ chance: Double) throws {
        let pause = try #require(self.pause(busy, attempt: 2, chance: chance))
        #expect(pause >= .milliseconds(1_500))
        #expect(pause <= .seconds(2))
        #expect(self.pause(busy, attempt: 2, chance: 0) == .milliseconds(1_500))
    }

    @Test("the last attempt is the last")
    func last() {
        #expect(pause(busy, attempt: 2, policy: RetryPolicy()) != nil)
        #expect(pause(busy, attempt: 3, policy: RetryPolicy()) == nil)
    }

    @Test("never sooner than the service says, and not at all when that is too late")
    func retryAfter() {
        #expect(pause(.answered(status: 429, retryAfter: .seconds(60))) == .seconds(60))
        #expect(pause(.answered(status: 429, retryAfter: .milliseconds(1))) == .milliseconds(500))
        #expect(pause(.answered(status: 429, retryAfter: .seconds(60)), remaining: .seconds(60)) == nil)
    }

    static let table: [(AttemptResult, never: Bool, ifUnsent: Bool, always: Bool)] = [
        (.answered(status: 200, retryAfter: nil), false, false, false),
        (.answered(status: 400, retryAfter: nil), false, false, false),
        (.answered(status: 429, retryAfter: nil), false, false, true),
        (.answered(status: 500, retryAfter: nil), false, false, false),
        (.answered(status: 502, retryAfter: nil), false, false, true),
        (.answered(status: 529, retryAfter: nil), false, false, true),
        (.failed(.couldNotConnect, left: false), false, true, true),
        (.failed(.timedOutUnsent, left: false), false, true, true),
        (.failed(.timedOut, left: true), false, false, true),
        (.failed(.connectionLost, left: true), false, false, true),
        (.failed(.connectionLost, left: false), false, true, true),
        (.failed(.tls, left: false), false, false, false),
        (.failed(.malformedAnswer, left: true), false, false, false),
        (.failed(.tooLarge, left: true), false, false, false),
        (.failed(.cancelled, left: true), false, false, false),
    ]

    @Test("what is repeated, and for whom", arguments: table.indices)
    func mayRepeat(_ row: Int) {
        let (result, never, ifUnsent, always) = RetryPolicyTests.table[row]
        #expect((pause(result, .never) != nil) == never, "\(result)")
        #expect((pause(result, .ifUnsent) != nil) == ifUnsent, "\(result)")
        #expect((pause(result, .always) != nil) == always, "\(result)")
    }
}

struct RetryAfterTests {
    private let now = Instant(iso8601: "2026-03-29T10:00:00Z")!

    static let readable: [(String, Duration)] = [
        ("0", .zero), ("7", .seconds(7)), (" 120", .seconds(120)), ("120 ", .seconds(120)),
        ("99999999999999999999", .seconds(86_400)),
        ("Sun, 29 Mar 2026 10:00:30 GMT", .seconds(30)), ("Sunday, 29-Mar-26 10:01:00 GMT", .seconds(60)),
        ("Sun Mar 29 10:00:05 2026", .seconds(5)), ("Wed Apr  1 10:00:00 2026", .seconds(86_400)),
        // Past.
        ("Sun, 06 Nov 1994 08:49:37 GMT", .zero), ("Sunday, 06-Nov-94 08:49:37 GMT", .zero),
    ]

    @Test("read", arguments: readable)
    func reads(_ text: String, _ delay: Duration) { #expect(RetryAfter.delay(text, now: now) == delay) }

    static let unreadable = [
        "", "-3", "+3", "3s", "soon", "1.5", "Sun, 29 Mar 2026 10:00:30", "Sun, 31 Feb 2026 10:00:30 GMT",
        "Sun, 29 Mar 2026 25:00:30 GMT", "Sun, 29 Foo 2026 10:00:30 GMT", "Sun, 29 Mar 2026 10:00 GMT",
        "Sun, 29 Mar 99999 10:00:30 GMT", "2026-03-29T10:00:30Z",
    ]

    @Test("left alone", arguments: unreadable)
    func refuses(_ text: String) { #expect(RetryAfter.delay(text, now: now) == nil) }

    @Test("the dates of RFC 9110 5.6.7 are one instant")
    func example() {
        let instant = Instant(iso8601: "1994-11-06T08:49:37Z")
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            #expect(RetryAfter.date(text, now: now) == instant)
        }
    }
}
