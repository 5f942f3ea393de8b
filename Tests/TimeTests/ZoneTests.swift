import Foundation
import Testing
import Time

/// A TZif file of version 2 with one offset, perhaps transitions, and a footer.
func tzif(footer: String, offsets: [Int32] = [0], transitions: [(Int64, UInt8)] = [], leapSeconds: UInt32 = 0)
    -> [UInt8]
{
    func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
    func header(_ times: Int, _ types: Int) -> [UInt8] {
        let counts: [UInt32] = [0, 0, leapSeconds, UInt32(times), UInt32(types), 4]
        return Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15) + counts.flatMap { bigEndian($0) }
    }
    let version1 = header(0, 1) + [UInt8](repeating: 0, count: 6 + 4 + Int(leapSeconds) * 8)
    var version2 = header(transitions.count, offsets.count)
    version2 += transitions.flatMap { bigEndian($0.0) } + transitions.map(\.1)
    version2 += offsets.flatMap { bigEndian($0) + [0, 0] } + Array("ABC".utf8) + [0]
    version2 += [UInt8](repeating: 0, count: Int(leapSeconds) * 12)
    return version1 + version2 + Array("\n\(footer)\n".utf8)
}

private func seconds(_ text: String) throws -> Int64 { try #require(Instant(iso8601: text)).seconds }

@Suite struct ZoneTests {
    @Test("UTC has one offset and no transitions")
    func utc() {
        #expect(Zone.utc.identifier == "UTC")
        #expect(Zone.utc.offset(at: 0) == 0)
        #expect(Zone.utc.transition(after: 0) == nil)
        #expect(Zone.utc.span(at: 5).start == .min)
        #expect(Zone.utc.span(at: 5).end == .max)
        #expect(Zone.utc.resolve(local: 7) == .unique(7))
    }

    @Test(
        "a footer's rule names the changes of every year, near and far",
        arguments: [
            ("EST5EDT,M3.2.0,M11.1.0", "2025-01-01", "2025-03-09T07:00:00Z", -18_000, -14_400),
            ("EST5EDT,M3.2.0,M11.1.0", "2025-06-01", "2025-11-02T06:00:00Z", -14_400, -18_000),
            ("EST5EDT,M3.2.0,M11.1.0", "9999-01-01", "9999-03-14T07:00:00Z", -18_000, -14_400),
            ("EST5EDT,M3.2.0,M11.1.0", "2100-12-01", "2101-03-13T07:00:00Z", -18_000, -14_400),
            ("IST-1GMT0,M10.5.0,M3.5.0/1", "2200-01-01", "2200-03-30T01:00:00Z", 0, 3_600),
            ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2300-01-01", "2300-03-31T15:00:00Z", 39_600, 37_800),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2150-01-01", "2150-03-29T01:00:00Z", -7_200, -3_600),
            ("EET-2EEST,M3.4.4/50,M10.4.4/50", "2150-01-01", "2150-03-28T00:00:00Z", 7_200, 10_800),
            ("AAA0BBB,J60/0,J300/0", "2104-01-01", "2104-03-01T00:00:00Z", 0, 3_600),
            ("AAA0BBB,J60/0,J300/0", "2105-01-01", "2105-03-01T00:00:00Z", 0, 3_600),
            ("AAA0BBB,59/0,299/0", "2104-01-01", "2104-02-29T00:00:00Z", 0, 3_600),
            ("AAA0BBB,59/0,299/0", "2105-01-01", "2105-03-01T00:00:00Z", 0, 3_600),
            ("AAA0BBB-3:30:15,10/-167,J300/167", "2104-12-01", "2105-01-04T01:00:00Z", 0, 12_615),
        ])
    func footer(rule: String, after: String, at: String, before: Int, behind: Int) throws {
        let zone = try Zone(identifier: "Test", tzif: tzif(footer: rule))
        let transition = try #require(zone.transition(after: try seconds(after)))
        #expect(Instant(seconds: transition.seconds).iso8601 == at)
        #expect(transition.offsetBefore == before)
        #expect(transition.offsetAfter == behind)
        #expect(zone.offset(at: transition.seconds - 1) == before)
        #expect(zone.offset(at: transition.seconds) == behind)
    }

    @Test(
        "a rule without a change holds for ever",
        arguments: [
            ("<+03>-3", 10_800), ("UTC0", 0), ("XXX3EDT4,0/0,J365/23", -14_400), ("AAA-5:45", 20_700), ("", 600),
        ])
    func constant(rule: String, offset: Int) throws {
        let zone = try Zone(
            identifier: "Test",
            tzif: tzif(footer: rule, offsets: [Int32(600), Int32(offset)], transitions: offset == 600 ? [] : [(0, 1)]))
        for year in [1971, 2024, 2100, 2500, 9999] {
            #expect(zone.offset(at: Int64(CivilDate(year: year, month: 7, day: 1).daysSinceEpoch) * 86_400) == offset)
        }
        #expect(zone.transition(after: 0) == nil)
    }

    @Test(
        "a footer that is no rule is refused",
        arguments: [
            "EST", "5EDT", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST25", "EST5EDT,M3.2.7,M11.1.0",
            "EST5EDT,J0,J365", "EST5EDT,366,1", "<+3>-3", "EST5EDT,M3.2.0/168,M11.1.0", "EST5EDT,M3.2.0,M11.1.0 ",
            "<AB C>5",
        ])
    func badFooter(rule: String) {
        #expect(throws: ZoneError.self) { try Zone(identifier: "Test", tzif: tzif(footer: rule)) }
    }

    @Test("a file that counts leap seconds is refused, and so is an absurd offset")
    func unusable() {
        #expect(throws: ZoneError.self) { try Zone(identifier: "Test", tzif: tzif(footer: "UTC0", leapSeconds: 2)) }
        #expect(throws: ZoneError.self) { try Zone(identifier: "Test", tzif: tzif(footer: "UTC0", offsets: [100_000])) }
    }

    @Test("no damaged file does more than throw")
    func damaged() throws {
        let url = URL(fileURLWithPath: ZoneDatabase().directory).appending(path: "America/New_York")
        let whole = [UInt8](try Data(contentsOf: url))
        for length in stride(from: 0, to: whole.count, by: 7) {
            #expect(throws: ZoneError.self) { try Zone(identifier: "Test", tzif: Array(whole[..<length])) }
        }
        var state: UInt64 = 1
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<2_000 {
            var bytes = whole
            for _ in 0...random(4) { bytes[random(bytes.count)] = UInt8(random(256)) }
            guard let zone = try? Zone(identifier: "Test", tzif: bytes) else { continue }
            for at in [Int64.min / 1_000_000, -5_000_000_000, 0, 1_700_000_000, 5_000_000_000, Int64.max / 1_000_000] {
                #expect(abs(zone.offset(at: at)) < Int(Zone.offsetLimit))
                _ = zone.earliest(local: at)
            }
        }
    }

    @Test("readings of the wall clock that are shown once, twice and never")
    func resolve() throws {
        let newYork = try ZoneDatabase().zone("America/New_York")
        #expect(try newYork.resolve(local: seconds("2024-07-01T12:00:00Z")) == .unique(seconds("2024-07-01T16:00:00Z")))
        #expect(
            try newYork.resolve(local: seconds("2024-11-03T01:30:00Z"))
                == .ambiguous(first: seconds("2024-11-03T05:30:00Z"), second: seconds("2024-11-03T06:30:00Z")))
        #expect(try newYork.resolve(local: seconds("2024-11-03T02:00:00Z")) == .unique(seconds("2024-11-03T07:00:00Z")))
        let gap = try #require(newYork.transition(after: seconds("2024-03-01")))
        #expect(gap.isGap)
        #expect(try newYork.resolve(local: seconds("2024-03-10T02:30:00Z")) == .skipped(gap))
        #expect(try newYork.resolve(local: seconds("2024-03-10T03:00:00Z")) == .unique(gap.seconds))
        #expect(try newYork.earliest(local: seconds("2024-03-10T02:30:00Z")) == gap.seconds)
        #expect(gap.localBefore + 3_600 == gap.localAfter)
        let apia = try ZoneDatabase().zone("Pacific/Apia")
        #expect(try apia.earliest(local: seconds("2011-12-30T12:00:00Z")) == seconds("2011-12-30T10:00:00Z"))
    }

    @Test(
        "every offset of every zone is Foundation's",
        arguments: [
            "America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "Pacific/Apia", "America/Santiago",
            "Asia/Kathmandu",
        ])
    func sameAsFoundation(name: String) throws {
        let zone = try ZoneDatabase().zone(name)
        let other = try #require(TimeZone(identifier: name))
        for at in stride(from: Int64(0), to: 2_100_000_000, by: 432_000 * 3 + 1) {
            #expect(zone.offset(at: at) == other.secondsFromGMT(for: Date(timeIntervalSince1970: Double(at))))
        }
    }

    @Test("the rule of a footer holds in every year, also where the table starts over")
    func everyYear() throws {
        let zone = try ZoneDatabase().zone("America/New_York")
        for year in stride(from: 2007, through: 9_998, by: 1) {
            let march = CivilDate(year: year, month: 3, day: 8)
            let november = CivilDate(year: year, month: 11, day: 1)
            let start = Int64(march.daysSinceEpoch + (7 - march.weekday) % 7) * 86_400 + 7 * 3_600
            let end = Int64(november.daysSinceEpoch + (7 - november.weekday) % 7) * 86_400 + 6 * 3_600
            for span in [zone.span(at: start), zone.span(at: end - 1)] {
                if span.start != start || span.end != end || span.offset != -14_400 {
                    Issue.record("summer of \(year)")
                }
            }
            if zone.offset(at: start - 1) != -18_000 || zone.offset(at: end) != -18_000 {
                Issue.record("winter of \(year)")
            }
        }
    }

    @Test("zones are equal by content, whatever they were read from, and a copy is one reference")
    func equality() throws {
        let bytes = tzif(footer: "EST5EDT,M3.2.0,M11.1.0")
        let zone = try Zone(identifier: "Test", tzif: bytes)
        #expect(try zone == Zone(identifier: "Test", tzif: bytes))
        #expect(try zone.hashValue == Zone(identifier: "Test", tzif: bytes).hashValue)
        #expect(try zone != Zone(identifier: "Other", tzif: bytes))
        #expect(try zone != Zone(identifier: "Test", tzif: tzif(footer: "EST5EDT,M3.2.0,M11.2.0")))
        #expect(try zone != Zone(identifier: "Test", tzif: tzif(footer: "EST5")))
        #expect(MemoryLayout<Zone>.size == MemoryLayout<UnsafeRawPointer>.size)
    }

    @Test("transitions and spans lead through all time, each where the one before ended")
    func chain() throws {
        let zone = try ZoneDatabase().zone("Europe/Berlin")
        var count = 0
        var last = zone.span(at: Int64.min)
        while last.end < 17_000_000_000 {
            let next = zone.span(at: last.end)
            #expect(next.start == last.end)
            #expect(next.offset != last.offset)
            #expect(zone.span(at: next.end - 1) == next)
            last = next
            count += 1
        }
        #expect(count > 1_000)
    }
}
