import Testing
import Time

@testable import Statistics

/// Decisions e: who enters the decision stage is told once, not at every wobble around 65.
struct StageHysteresisTests {
    private let start = Instant(seconds: 1_780_000_000)

    private func day(_ number: Int) -> Instant { start + .seconds(number * 86_400) }

    @Test("a lead enters at 65 and stays until it falls below 60 (decisions e)")
    func band() {
        var stage = StageHysteresis()
        #expect(stage.observe(64, at: day(0)) == nil)
        #expect(stage.observe(65, at: day(1)) == .entered(alerts: true))
        #expect(stage.observe(60, at: day(2)) == nil)
        #expect(stage.observe(66, at: day(3)) == nil, "it never left")
        #expect(stage.observe(59, at: day(4)) == .left)
        #expect(stage.observe(64, at: day(5)) == nil)
    }

    @Test("it is told again 14 days after leaving, not sooner (decisions e)")
    func pause() {
        for (days, alerts) in [(13, false), (14, true)] {
            var stage = StageHysteresis(isInside: true)
            #expect(stage.observe(40, at: day(0)) == .left)
            #expect(stage.observe(70, at: day(days)) == .entered(alerts: alerts))
        }
    }

    @Test("a pause that did not alert does not begin anew with each entry, but with each leaving (decisions e)")
    func leavingAgain() {
        var stage = StageHysteresis(isInside: false, leftAt: day(0))
        #expect(stage.observe(65, at: day(10)) == .entered(alerts: false))
        #expect(stage.observe(50, at: day(11)) == .left)
        #expect(stage.observe(65, at: day(20)) == .entered(alerts: false))
        #expect(stage.observe(50, at: day(21)) == .left)
        #expect(stage.observe(65, at: day(35)) == .entered(alerts: true))
    }
}
