import ActpTesting
import Configuration
import Cron
import Foundation
import Scheduling
import Testing
import Time

/// Reading `schedules.json` again: what did not change is the same object, and everything is judged as by a first reading.
@Suite struct ScheduleCacheTests {
    private let cache = ScheduleCache()
    private let zones = ZoneDatabase()

    private func read(_ text: String) throws(ConfigurationError) -> [Schedule] {
        try ScheduleFile.read(
            Array(text.utf8), file: "schedules.json", zones: zones, catalog: WorkCatalog(), previous: cache)
    }

    @Test("entries that did not change are the same objects, wherever they stand now")
    func unchanged() throws {
        let first = try read(Written.file(Written.entry("a"), Written.entry("b"), Written.entry("c")))
        let second = try read(
            Written.file(
                Written.entry("c"), Written.entry("new"), Written.entry("a"),
                Written.entry("b", cron: "0 6 * * *", #""priority": 0"#)))
        #expect(second.map(\.name) == ["c", "new", "a", "b"])
        #expect(second[0] === first[2])
        #expect(second[2] === first[0])
        #expect(second[3] !== first[1])
        #expect(second[3].cron.text == "0 6 * * *")
        #expect(second[1].policy === first[0].policy, "equal policies are one, from one reading to the next")
        #expect(ScheduleDifference(from: first, to: second).description == "1 added (new), 1 changed (b)")
        let third = try read(Written.file(Written.entry("a")))
        #expect(third[0] === first[0])
    }

    @Test("other defaults make other schedules; the same defaults in other words do not")
    func defaults() throws {
        let entry = Written.entry("a")
        let first = try read(Written.file(defaults: #"{ "priority": 3, "timeout": "60s" }"#, entry))
        let same = try read(#"{ "schedules": [ \#(entry) ], "defaults": { "timeout": "1m",  "priority": 3 } }"#)
        #expect(same[0] === first[0])
        let other = try read(Written.file(defaults: #"{ "priority": 4, "timeout": "60s" }"#, entry))
        #expect(other[0] !== first[0])
        #expect(other[0].policy.priority == 4)
        #expect(try read(Written.file(entry))[0].policy == Policy())
        #expect(
            try read(Written.file(defaults: #"{ "timezone": "Asia/Tokyo" }"#, entry))[0].zone.identifier == "Asia/Tokyo"
        )
    }

    @Test("a name that stands twice is refused, also when both lines are known")
    func duplicates() throws {
        let (a, b) = (Written.entry("a"), Written.entry("b"))
        let first = try read(Written.file(a, b))
        for text in [Written.file(a, a), Written.file(Written.entry("b", cron: "0 6 * * *"), a, b)] {
            #expect {
                try read(text)
            } throws: {
                "\($0)".contains("is taken by an earlier schedule")
            }
        }
        #expect(try read(Written.file(a, b)).map(ObjectIdentifier.init) == first.map(ObjectIdentifier.init))
    }

    @Test("a file that was refused leaves the cache with what is in force")
    func refused() throws {
        let (a, b) = (Written.entry("a"), Written.entry("b"))
        let first = try read(Written.file(a, b))
        #expect(throws: ConfigurationError.self) { try read(Written.file(a, Written.entry("b", cron: "x"))) }
        #expect(throws: ConfigurationError.self) { try read(Written.file(a, "{")) }
        let again = try read(Written.file(a, b))
        #expect(again[0] === first[0])
        #expect(again[1] === first[1])
    }

    @Test("a start remembers the good entries for the first reload, and an entry that was left out is read again")
    func start() throws {
        let text = Written.file(Written.entry("a"), Written.entry("b", cron: "x"), Written.entry("c"))
        let (schedules, quarantined) = try ScheduleFile.readTolerantly(
            Array(text.utf8), file: "schedules.json", zones: zones, catalog: WorkCatalog(), previous: cache)
        #expect(quarantined.map(\.name) == ["b"])
        #expect(throws: ConfigurationError.self) { try read(text) }
        let mended = try read(Written.file(Written.entry("a"), Written.entry("b"), Written.entry("c")))
        #expect(mended[0] === schedules[0])
        #expect(mended[1].name == "b")
        #expect(mended[2] === schedules[1])
    }

    @Test("an entry whose zone has other data now is read again")
    func zoneData() throws {
        let directory = try TemporaryDirectory()
        func install(_ name: String) throws {
            let source = URL(fileURLWithPath: ZoneDatabase().directory + "/" + name).resolvingSymlinksInPath()
            try Data(contentsOf: source).write(to: URL(fileURLWithPath: directory.file("Town")))
        }
        try install("Europe/Berlin")
        let zones = ZoneDatabase(directory: directory.path)
        let text = Written.file(Written.entry("a", #""timezone": "Town""#), Written.entry("b"))
        func read() throws -> [Schedule] {
            try ScheduleFile.read(
                Array(text.utf8), file: "schedules.json", zones: zones, catalog: WorkCatalog(), previous: cache)
        }
        let first = try read()
        try install("Asia/Tokyo")
        #expect(try read()[0] === first[0], "the database has not looked again yet")
        #expect(zones.refresh() == ["Town"])
        let second = try read()
        #expect(second[0] !== first[0])
        #expect(second[0].zone.offset(at: 0) == 9 * 3_600)
        #expect(second[1] === first[1])
    }

    @Test("three hundred changed files, good and bad: the same as a first reading of each")
    func likeFirst() throws {
        var numbers = Numbers()
        var inForce = (0..<20).map { Written.entry("job\($0)") }
        var taken = 0
        for _ in 0..<300 {
            var entries = inForce
            for _ in 0...numbers.next(below: 3) {
                let index = numbers.next(below: entries.count)
                let name = "job\(numbers.next(below: 200))"
                switch numbers.next(below: 6) {
                case 0: entries.insert(Written.entry(name), at: index)
                case 1: if entries.count > 5 { entries.remove(at: index) }
                case 2: entries.swapAt(index, 0)
                case 4: entries.insert(entries[numbers.next(below: entries.count)], at: index)
                case 3: entries[index] = Written.entry(name, cron: "\(index % 60) * * * *")
                default: entries[index] = Written.entry(name, cron: index == 3 ? "x" : "0 5 * * *", #""priority": 1"#)
                }
            }
            let text = "{ \"schedules\": [\n\(entries.joined(separator: ",\n")) ] }"
            let fresh = Result { () throws(ConfigurationError) in try Written.read(text) }
            let again = Result { () throws(ConfigurationError) in try read(text) }
            #expect(fresh == again)
            if case .success = fresh { (inForce, taken) = (entries, taken + 1) }
        }
        #expect((100..<300).contains(taken), "a mixture of good and bad files")
    }

    /// Knuth's linear generator: the same numbers everywhere.
    private struct Numbers {
        private var state: UInt64 = 7

        mutating func next(below limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
    }
}
