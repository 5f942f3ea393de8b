import Testing
import Time

@testable import HTTP

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
