import Testing
import Time

@testable import HTTP

/// Dialogues with the plan: events in, actions out, no clock.
struct TransferPlanTests {
    private func plan(
        perHost: Int = 2, retry: RetryPolicy = RetryPolicy(jitter: 0), breaker: CircuitBreaker.Policy = .init()
    ) -> TransferPlan { TransferPlan(retry: retry, breaker: breaker, perHost: perHost) }

    private func request(
        _ host: String = "http://a", _ repetition: HTTPRequest.Repetition = .always, total: Duration = .seconds(30),
        attempt: Duration? = nil, delay: Duration = .zero
    ) throws -> HTTPRequest {
        HTTPRequest(
            .post, try HTTPURL(host, of: "a"), of: "a", limits: .init(attempt: attempt, total: total),
            repetition: repetition, delay: delay)
    }

    private let lost = AttemptResult.failed(.connectionLost, left: true)
    private let unreachable = AttemptResult.failed(.couldNotConnect, left: false)
    private let ok = AttemptResult.answered(status: 200, retryAfter: nil)

    @Test("a request starts at once, with all the time it has; its answer is delivered")
    func simple() throws {
        var plan = plan()
        #expect(plan.requested(1, try request(), at: .zero) == [.start(1, limit: .seconds(30))])
        #expect(plan.ended(1, ok, at: .seconds(1), chance: 0) == [.deliver(1)])
        plan.forget(1)
        #expect(plan.nextAlarm == nil)
    }

    @Test("the third to one host waits for a place, in order; another host has its own")
    func places() throws {
        var plan = plan()
        _ = plan.requested(1, try request(), at: .zero)
        _ = plan.requested(2, try request(), at: .zero)
        #expect(plan.requested(3, try request(), at: .zero) == [])
        #expect(plan.requested(4, try request(), at: .zero) == [])
        #expect(plan.requested(5, try request("http://b"), at: .zero) == [.start(5, limit: .seconds(30))])
        #expect(plan.ended(2, ok, at: .seconds(1), chance: 0) == [.deliver(2), .start(3, limit: .seconds(29))])
        #expect(plan.states.map(\.running) == [2, 1])
        #expect(plan.states.map(\.waiting) == [1, 0])
    }

    @Test("an attempt's limit is never longer than what is left in all")
    func attemptLimit() throws {
        var plan = plan(perHost: 1)
        #expect(
            plan.requested(1, try request(attempt: .seconds(10)), at: .zero) == [.start(1, limit: .seconds(10))])
        _ = plan.requested(2, try request(attempt: .seconds(10)), at: .zero)
        #expect(plan.ended(1, ok, at: .seconds(25), chance: 0) == [.deliver(1), .start(2, limit: .seconds(5))])
    }

    @Test("whoever waits longer than its limit for a place is told so, and its place in line is gone")
    func waitedTooLong() throws {
        var plan = plan(perHost: 1)
        _ = plan.requested(1, try request(total: .seconds(60)), at: .zero)
        _ = plan.requested(2, try request(total: .seconds(5)), at: .zero)
        #expect(plan.nextAlarm == .seconds(5))
        #expect(plan.tick(at: .seconds(4)) == [])
        #expect(plan.tick(at: .seconds(5)) == [.refuse(2, .waitedTooLong)])
        plan.forget(2)
        #expect(plan.ended(1, ok, at: .seconds(6), chance: 0) == [.deliver(1)])
    }

    @Test("a pause frees the place for others; after it the attempt waits in line again")
    func pauseFreesThePlace() throws {
        var plan = plan(perHost: 1)
        _ = plan.requested(1, try request(), at: .zero)
        _ = plan.requested(2, try request(), at: .zero)
        #expect(plan.ended(1, unreachable, at: .zero, chance: 0) == [.start(2, limit: .seconds(30))])
        #expect(plan.nextAlarm == .milliseconds(500))
        #expect(plan.tick(at: .milliseconds(500)) == [])
        #expect(
            plan.ended(2, ok, at: .seconds(1), chance: 0) == [.deliver(2), .start(1, limit: .seconds(29))])
        #expect(plan.history(of: 1).attempts == 2)
    }

    @Test("a request that once left may have arrived, however later attempts end")
    func leftOnce() throws {
        var plan = plan()
        _ = plan.requested(1, try request(), at: .zero)
        _ = plan.ended(1, lost, at: .zero, chance: 0)
        _ = plan.tick(at: .seconds(1))
        _ = plan.ended(1, unreachable, at: .seconds(1), chance: 0)
        #expect(plan.history(of: 1).hasLeft)
        #expect(plan.history(of: 1).attempts == 2)
    }

    @Test("a pause that the limit does not allow is not begun")
    func noTimeLeft() throws {
        var plan = plan()
        _ = plan.requested(1, try request(total: .seconds(2)), at: .zero)
        #expect(plan.ended(1, lost, at: .milliseconds(1_600), chance: 0) == [.deliver(1)])
    }

    @Test("cancelling stops what runs, and takes out of line what waits", arguments: [true, false])
    func cancelled(_ isRunning: Bool) throws {
        var plan = plan(perHost: 1)
        _ = plan.requested(1, try request(), at: .zero)
        _ = plan.requested(2, try request(), at: .zero)
        if isRunning {
            #expect(plan.cancelled(1, at: .zero) == [.abort(1), .start(2, limit: .seconds(30))])
            // What libcurl still says of it comes too late.
            #expect(plan.ended(1, ok, at: .zero, chance: 0) == [])
            #expect(plan.cancelled(1, at: .zero) == [])
        } else {
            #expect(plan.cancelled(2, at: .zero) == [.refuse(2, .cancelled)])
            #expect(plan.cancelled(2, at: .zero) == [])
            #expect(plan.states.map(\.waiting) == [0])
        }
    }

    @Test("when the breaker opens, everything in line is refused; what was tried keeps its own result")
    func opened() throws {
        var plan = plan(perHost: 1, breaker: .init(failuresMax: 2, firstPause: .seconds(10)))
        _ = plan.requested(1, try request(), at: .zero)
        _ = plan.requested(2, try request("http://a", .never), at: .zero)
        _ = plan.requested(3, try request(), at: .zero)
        #expect(plan.ended(1, lost, at: .zero, chance: 0) == [.start(2, limit: .seconds(30))])
        #expect(
            plan.ended(2, lost, at: .zero, chance: 0) == [.deliver(2), .refuse(3, .circuitOpen(.seconds(10)))])
        #expect(plan.tick(at: .milliseconds(500)) == [.deliver(1)])
    }

    @Test("a cancelled probe lets the next request be one")
    func cancelledProbe() throws {
        var plan = plan(breaker: .init(failuresMax: 1, firstPause: .seconds(10)))
        _ = plan.requested(1, try request("http://a", .never), at: .zero)
        _ = plan.ended(1, lost, at: .zero, chance: 0)
        plan.forget(1)
        #expect(plan.requested(2, try request(), at: .seconds(10)) == [.start(2, limit: .seconds(30))])
        #expect(plan.requested(3, try request(), at: .seconds(10)) == [.refuse(3, .circuitOpen(.seconds(10)))])
        #expect(plan.cancelled(2, at: .seconds(11)) == [.abort(2)])
        #expect(plan.requested(4, try request(), at: .seconds(11)) == [.start(4, limit: .seconds(30))])
    }

    @Test("answered requests leave nothing in the plan")
    func forgets() throws {
        var plan = plan()
        for id in 1...2_000 as ClosedRange<UInt64> {
            _ = plan.requested(id, try request(), at: .microseconds(id))
            _ = plan.ended(id, ok, at: .microseconds(id), chance: 0)
            plan.forget(id)
        }
        #expect(plan.nextAlarm == nil)
        #expect(plan.isIdle)
    }
}
