import Testing
import Time

@testable import HTTP

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
