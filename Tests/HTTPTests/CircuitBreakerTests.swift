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
