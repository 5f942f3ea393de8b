import Time

/// A calendar as other programs read it (RFC 5545).
enum ICalendar {
    struct Event {
        /// The same for the same event, so that a calendar that is read again changes it instead of doubling it.
        let id: String
        let at: Instant
        let title: String
        let text: String
    }

    /// The calendar's text; lines end in CR LF and are folded at 75 bytes.
    static func text(_ events: [Event], name: String, now: Instant) -> String {
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//actpd//posting calendar//EN", "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH", "X-WR-CALNAME:\(escaped(name))",
        ]
        for event in events {
            lines += [
                "BEGIN:VEVENT", "UID:\(event.id)@actpd", "DTSTAMP:\(stamp(now))", "DTSTART:\(stamp(event.at))",
                "DURATION:PT15M", "SUMMARY:\(escaped(event.title))", "DESCRIPTION:\(escaped(event.text))",
                "TRANSP:TRANSPARENT", "END:VEVENT",
            ]
        }
        return (lines + ["END:VCALENDAR"]).map { folded($0) + "\r\n" }.joined()
    }

    /// `20260302T140000Z`.
    private static func stamp(_ instant: Instant) -> String { instant.iso8601.filter { $0 != "-" && $0 != ":" } }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing(";", with: "\\;").replacing(",", with: "\\,")
            .replacing("\n", with: "\\n")
    }

    /// A line goes on after a line break and a space; no character is cut in two.
    private static func folded(_ line: String) -> String {
        var result = ""
        var length = 0
        for character in line {
            let bytes = character.utf8.count
            if length + bytes > 75 {
                result += "\r\n "
                length = 1
            }
            result.append(character)
            length += bytes
        }
        return result
    }
}
