import ActpTesting
import Cron
import Scheduling
import Testing
import Time

/// The audit finds what it is for, and is content with what is right.
struct SlotAuditTests {
    private let start = Instant.at("2026-03-02T09:00:00Z")

    private func minute(_ number: Int) -> Instant { start + .seconds(60 * number) }

    private func version(from: Int = 0, until: Int? = nil, cron: String = "* * * * *") throws -> SlotAudit.Version {
        SlotAudit.Version(
            schedule: "job", cron: try CronExpression(cron), zone: .utc, since: minute(from),
            until: until.map { minute($0) })
    }

    private func run(_ slot: Int, _ outcome: Outcome? = .ok, order: Int64? = nil) -> SlotAudit.Row {
        SlotAudit.Row(
            order: order ?? Int64(slot), schedule: "job", planned: minute(slot), outcome: outcome,
            claimedAt: minute(slot))
    }

    private func span(_ slots: ClosedRange<Int>, count: Int? = nil, order: Int64) -> SlotAudit.Row {
        SlotAudit.Row(
            order: order, schedule: "job", planned: minute(slots.lowerBound), through: minute(slots.upperBound),
            missed: count ?? slots.count, outcome: .missed, claimedAt: minute(slots.upperBound + 1))
    }

    @Test("runs, skips and spans that cover every slot are right")
    func right() throws {
        let audit = SlotAudit(
            [try version()], [run(1), run(2, .skipped), span(3...5, order: 3), run(6, .error)], through: minute(6))
        #expect(audit.faults.isEmpty)
        #expect(audit.runs == 2 && audit.skipped == 1 && audit.missed == 3 && audit.givenUp == 0)
    }

    @Test("a slot without a row is lost: at the start, in the middle, at the end")
    func lost() throws {
        func faults(_ rows: SlotAudit.Row...) throws -> [String] {
            SlotAudit([try version()], rows, through: minute(3)).faults
        }
        #expect(try faults(run(2), run(3)) == ["job \(minute(1)): 1 slots without a row, until \(minute(2))"])
        #expect(try faults(run(1), run(3)).count == 1)
        #expect(try faults(run(1), run(2)).count == 1)
        #expect(try faults() == ["job \(minute(1)): 3 slots without a row, until \(minute(3) + .microseconds(1))"])
    }

    @Test("a slot with two rows is doubled")
    func doubled() throws {
        let rows = [run(1), run(2), run(2, order: 9), run(3)]
        #expect(SlotAudit([try version()], rows, through: minute(3)).faults == ["job \(minute(2)): two rows"])
    }

    @Test("a slot in a span and in a row is doubled, unless the clock went back to it afterwards")
    func spanAndRow() throws {
        let span = span(1...3, order: 1)
        let before = SlotAudit([try version()], [run(2, order: 0), span, run(4)], through: minute(4))
        #expect(before.faults == ["job \(minute(2)): also in the span missed from \(minute(1))"])
        let after = SlotAudit([try version()], [span, run(4, order: 2), run(2, order: 3)], through: minute(4))
        #expect(after.faults.isEmpty && after.cameBack == 1)
        // It ran late, after the span, and nothing shows that the clock was ever behind it.
        let late = SlotAudit.Row(
            order: 3, schedule: "job", planned: minute(2), outcome: .ok, claimedAt: minute(5))
        #expect(SlotAudit([try version()], [span, run(4, order: 2), late], through: minute(4)).faults.count == 1)
    }

    @Test("spans that overlap are doubled")
    func spans() throws {
        let rows = [span(1...3, order: 1), span(3...4, order: 2)]
        #expect(SlotAudit([try version()], rows, through: minute(4)).faults.count == 1)
    }

    @Test("a run left open is a fault")
    func open() throws {
        #expect(SlotAudit([try version()], [run(1, nil)], through: minute(1)).faults == ["job \(minute(1)): open"])
    }

    @Test("a row where nothing was planned, and a span that counts wrongly")
    func strangers() throws {
        let odd = SlotAudit.Row(
            order: 1, schedule: "job", planned: minute(1) + .seconds(7), outcome: .ok, claimedAt: minute(1))
        #expect(SlotAudit([try version()], [run(1), odd], through: minute(1)).faults.count == 1)
        let wrong = span(1...3, count: 7, order: 1)
        #expect(
            SlotAudit([try version()], [wrong], through: minute(3)).faults
                == ["job \(minute(1)): the span counts 7 slots"])
    }

    @Test("a row of a later version does not stand for a slot that its predecessor gave up")
    func laterVersion() throws {
        var old = try version(until: 4)
        old.lastOrder = 1
        let new = try version(from: 4)
        // After the change the clock went back to 09:03.
        let rows = [run(1), run(3, order: 2), run(4, order: 3), run(5)]
        let audit = SlotAudit([old, new], rows, through: minute(5))
        #expect(audit.faults.isEmpty && audit.givenUp == 3)
    }

    @Test("what a version had left when it was replaced is given up; what it lost before is lost")
    func change() throws {
        let versions = [try version(until: 4), try version(from: 4, cron: "*/5 * * * *")]
        let fine = SlotAudit(versions, [run(1), run(2), run(5)], through: minute(6))
        #expect(fine.faults.isEmpty && fine.givenUp == 2)
        #expect(SlotAudit(versions, [run(2), run(5)], through: minute(6)).faults.count == 1)
        #expect(SlotAudit(versions, [run(1), run(2)], through: minute(6)).faults.count == 1)
    }
}
