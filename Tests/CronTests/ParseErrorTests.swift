import Cron
import Statistics
import Testing

@Suite struct ParseErrorTests {
    static let wanted =
        "five fields are wanted (minute, hour, day of month, month, day of week), or six with the second first"
    static let never = "never matches: no year has such a day in the months given"
    static let duration = "wanted is a number with ms, s, m, h or d, as in 90s, 10m or 1h30m"

    static let golden: [(text: String, message: String)] = [
        ("0 25 * * *", "hour at column 3: 25 is outside 0…23"),
        ("60 * * * *", "minute at column 1: 60 is outside 0…59"),
        ("60 0 0 * * *", "second at column 1: 60 is outside 0…59"),
        ("0 0 32 * *", "day of month at column 5: 32 is outside 1…31"),
        ("0 0 0 * *", "day of month at column 5: 0 is outside 1…31"),
        ("0 0 * 13 *", "month at column 7: 13 is outside 1…12"),
        ("0 0 * * 8", "day of week at column 9: 8 is outside 0…7"),
        ("0 0 * * 1,2,9", "day of week at column 13: 9 is outside 0…7"),
        ("99999999999999999999 * * * *", "minute at column 1: 99999999999999999999 is outside 0…59"),
        ("", "empty; \(wanted)"),
        (" \t", "empty; \(wanted)"),
        ("* * * *", "4 fields found; \(wanted)"),
        ("daily", "1 field found; \(wanted)"),
        ("0 0 0 * * * 2025", "7 fields found; \(wanted); there is no field for the year"),
        ("@dayly", "text at column 1: '@dayly' is unknown, did you mean '@daily'?"),
        (
            "@fortnightly-or-so",
            "text at column 1: '@fortnightly-or-so' is unknown; allowed is @hourly @daily @midnight @weekly @monthly "
                + "@yearly @annually @every @reboot"
        ),
        ("@daily 5", "text at column 8: nothing may follow '@daily'"),
        ("@every 5", "text at column 8: '5' is not a duration; \(duration)"),
        ("@every", "text at column 7: '' is not a duration; \(duration)"),
        ("@every 500ms", "text at column 8: '500ms' is not a whole number of seconds from 1s up"),
        ("@every 0s", "text at column 8: '0s' is not a whole number of seconds from 1s up"),
        ("0 MON * * *", "hour at column 3: 'MON' is a day of the week; allowed is 0…23"),
        ("0 0 JAN * *", "day of month at column 5: 'JAN' is a month; allowed is 1…31, L, L-3, LW or 15W"),
        ("0 0 * TUE *", "month at column 7: 'TUE' is a day of the week; allowed is 1…12 or JAN…DEC"),
        (
            "0 0 * * MONDAY",
            "day of week at column 9: 'MONDAY' is not a name; names have three letters, did you mean 'MON'?"
        ),
        ("0 0 * FOO *", "month at column 7: 'FOO' is not understood; allowed is 1…12 or JAN…DEC"),
        ("a * * * *", "minute at column 1: 'a' is not understood; allowed is 0…59"),
        ("-5 * * * *", "minute at column 1: '-5' is not understood; allowed is 0…59"),
        ("1.5 * * * *", "minute at column 2: '.5' is not understood; allowed is 0…59"),
        ("** * * * *", "minute at column 2: '*' is not understood; allowed is 0…59"),
        ("*/0 * * * *", "minute at column 3: the step must not be 0"),
        ("*/ * * * *", "minute at column 3: a step is missing at the field's end"),
        ("*/x * * * *", "minute at column 3: a step is wanted, 'x' was found"),
        ("*/5/5 * * * *", "minute at column 4: '/' is not understood; allowed is 0…59"),
        ("5- * * * *", "minute at column 3: a value is missing at the field's end"),
        ("1, * * * *", "minute at column 3: a value is missing after ','"),
        ("1,,2 * * * *", "minute at column 3: ',' is not understood; allowed is 0…59"),
        ("0 0 1–5 * *", "day of month at column 6: '–5' is not understood; allowed is 1…31, L, L-3, LW or 15W"),
        ("? * * * *", "minute at column 1: '?' is for the day fields only; allowed is 0…59 or *"),
        ("0 0 ?,1 * *", "day of month at column 5: '?' must stand alone"),
        ("0 0 * * L", "day of week at column 9: 'L' is not understood; allowed is 0…7, SUN…SAT, 5L or 5#2"),
        ("0 0 * * 5#6", "day of week at column 11: 6 is outside 1…5, the weeks of a month"),
        ("0 0 * * 5#", "day of week at column 11: a number from 1 to 5 is missing at the field's end"),
        ("0 0 L/2 * *", "day of month at column 6: 'L' names a single day; nothing may follow it"),
        ("0 0 L-31 * *", "day of month at column 7: 31 is outside 0…30, the days before the last"),
        ("0 0 15W-17 * *", "day of month at column 8: '15W' names single days; it takes no range and no step"),
        ("H(5-2) * * * *", "minute at column 3: the range of H runs backwards: 5-2"),
        ("H(0-29 * * * *", "minute at column 7: ')' is missing at the field's end"),
        ("H/61 * * * *", "minute at column 3: the step 61 is larger than the 60 values of H"),
        ("0 0 30 2 *", "day of month at column 5: \(never)"),
        ("0 0 31 4,6 *", "day of month at column 5: \(never)"),
        ("0 0 31W 2-4/2 *", "day of month at column 5: \(never)"),
        ("0 0 L-29 2 *", "day of month at column 5: \(never)"),
        ("0 0 */31 2 MON#5", "day of month at column 5: \(never)"),
    ]

    @Test("an error quotes the text, names the field, counts the column and says what is allowed", arguments: golden)
    func message(text: String, message: String) {
        let place = "cron '\(text)': "
        #expect(throws: CronError.self) { try CronExpression(text) }
        do {
            _ = try CronExpression(text)
        } catch {
            #expect(error.description == place + message)
        }
    }

    @Test("a very long text is cut in the message")
    func long() throws {
        let error = #expect(throws: CronError.self) { try CronExpression(String(repeating: "* ", count: 5_000)) }
        #expect(try #require(error).description.count < 400)
    }

    @Test("no text of random bytes makes the parser fail otherwise than by an error")
    func random() {
        var generator = SplitMix64(seed: 7)
        let alphabet = Array("0123456789*/,-?LWH#()@ \tMONJAN é".utf8)
        func word(_ length: Int) -> String {
            let bytes = (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
            return String(decoding: bytes, as: UTF8.self)
        }
        var understood = 0
        for _ in 0..<20_000 {
            let text = word(Int.random(in: 0...24, using: &generator))
            if (try? CronExpression(text)) != nil { understood += 1 }
            // Mostly right, so that the parser gets further.
            var fields = ["*", "1", "H", "1-5", "*/2"].shuffled(using: &generator)
            fields[Int.random(in: 0...4, using: &generator)] = word(Int.random(in: 1...6, using: &generator))
            if (try? CronExpression(fields.joined(separator: " "))) != nil { understood += 1 }
        }
        #expect(understood > 0)
    }
}
