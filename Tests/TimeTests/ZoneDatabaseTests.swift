import Foundation
import Testing
import Time

/// A directory of its own for each test, removed afterwards.
private struct Directory: ~Copyable {
    let path = FileManager.default.temporaryDirectory.appending(path: "zones-\(UUID().uuidString)").path

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], to name: String) throws {
        let url = URL(fileURLWithPath: path).appending(path: name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url, options: .atomic)
    }
}

@Suite struct ZoneDatabaseTests {
    @Test("a zone is read from the system's directory by its name")
    func system() throws {
        let database = ZoneDatabase()
        let zone = try database.zone("America/New_York")
        #expect(zone.identifier == "America/New_York")
        #expect(zone.offset(at: 1_710_054_000) == -14_400)
        #expect(try database.zone("America/New_York") == zone)
        #expect(try database.zone("Europe/Berlin") != zone)
    }

    @Test("UTC needs no files")
    func withoutFiles() throws {
        let database = ZoneDatabase(directory: "/nonexistent")
        #expect(try database.zone("UTC").offset(at: 0) == 0)
        #expect(try database.zone("Etc/UTC").identifier == "Etc/UTC")
        #expect(throws: ZoneError.self) { try database.zone("Europe/Berlin") }
        #expect(database.refresh().isEmpty)
    }

    @Test(
        "no name leads out of the directory",
        arguments: [
            "", "/etc/passwd", "../passwd", "Europe/../Berlin", "Europe//Berlin", "Europe/", ".", "a b", "Ä", "a\0b",
        ])
    func invalid(name: String) {
        let error = #expect(throws: ZoneError.self) { try ZoneDatabase().zone(name) }
        #expect(error?.code == .invalidName)
    }

    @Test(
        "an unknown name is answered by the one that was meant",
        arguments: [
            ("Amerika/New_York", "America/New_York"), ("america/new_york", "America/New_York"),
            ("Berlin", "Europe/Berlin"),
            ("Asia/Berlin", "Europe/Berlin"), ("America/NewYork", "America/New_York"), ("America", nil),
            ("Nowhere/Land", nil),
        ] as [(String, String?)])
    func suggestion(name: String, meant: String?) {
        let error = #expect(throws: ZoneError.self) { try ZoneDatabase().zone(name) }
        #expect(error?.code == .unknown)
        #expect(error?.suggestion == meant)
        if let meant { #expect(error?.description.hasSuffix("did you mean '\(meant)'?") == true) }
    }

    @Test("a changed file is noticed, a vanished or damaged one keeps its zone")
    func refresh() throws {
        let directory = try Directory()
        try directory.write(tzif(footer: "AAA-1"), to: "Test/One")
        try directory.write(tzif(footer: "AAA-1"), to: "Test/Two")
        try directory.write(Array("not a zone".utf8), to: "Test/Bad")
        let database = ZoneDatabase(directory: directory.path)
        let first = try database.zone("Test/One")
        _ = try database.zone("Test/Two")
        #expect(throws: ZoneError.self) { try database.zone("Test/Bad") }
        #expect(database.refresh().isEmpty)

        try directory.write(tzif(footer: "AAA-1BBB,M3.2.0,M11.1.0"), to: "Test/One")
        #expect(database.refresh() == ["Test/One"])
        #expect(try database.zone("Test/One") != first)
        #expect(database.refresh().isEmpty)

        let second = try database.zone("Test/One")
        try directory.write(tzif(footer: "AAA-1BBB,M3.2.0,M11.1.0"), to: "Test/One")
        #expect(database.refresh().isEmpty, "the same zone in a new file is no change")
        try directory.write(Array("half a file".utf8), to: "Test/One")
        #expect(database.refresh().isEmpty)
        #expect(try database.zone("Test/One") == second)
        try FileManager.default.removeItem(atPath: directory.path + "/Test/One")
        #expect(database.refresh().isEmpty)
        try directory.write(tzif(footer: "AAA-2"), to: "Test/One")
        #expect(database.refresh() == ["Test/One"])
    }

    @Test("it may be asked from many threads at once")
    func threads() async throws {
        let database = ZoneDatabase()
        await withTaskGroup(of: Int.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let zone = try? database.zone(number.isMultiple(of: 2) ? "Europe/Berlin" : "Asia/Tokyo")
                    return zone?.offset(at: 1_710_054_000) ?? 0
                }
            }
            for await offset in group { #expect(offset == 3_600 || offset == 32_400) }
        }
    }
}
