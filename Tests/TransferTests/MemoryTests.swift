import ActpTesting
import Foundation
import Testing

@testable import Transfer

@Suite struct MemoryTests {
    @Test("50 MB of rows pass through a window of 256 KiB")
    func manyRows() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("v.csv")
        let line = "video,\"\(String(repeating: "title, ", count: 60))\",\(String(repeating: "1", count: 70))\n"
        let block = Data(String(repeating: line, count: 2_000).utf8)
        try Data().write(to: URL(fileURLWithPath: path))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        let blocks = 50_000_000 / block.count + 1
        for _ in 0..<blocks { try file.write(contentsOf: block) }
        try file.close()
        var reader = CSVReader(try FileWindow(path: path))
        var count = 0
        while try reader.advance() {
            count += 1
            if reader.fields.count != 3 || reader.fault != nil { break }
        }
        #expect(count == blocks * 2_000)
        #expect(reader.window.position == Int64(blocks * block.count))
        #expect(reader.window.bytes.count == FileWindow.chunk)
    }

    @Test(
        "a file that is one open quote, one line or one object is given up at the limit",
        arguments: [
            ("v.csv", "video_id\na\n\"", "v.csv:3:1: video_id: the quote opened here is not closed within 1 MB"),
            ("v.csv", "video_id\na\n", "v.csv:3:1: video_id: the row is longer than 1 MB"),
            ("v.json", "[{\"video_id\":\"a\"},{\"video_id\":\"", "v.json:1:19: the row is longer than 1 MB"),
            ("v.ndjson", "{\"video_id\":\"a\"}\n{\"video_id\":\"", "v.ndjson:2:1: the row is longer than 1 MB"),
        ])
    func endlessRecord(name: String, start: String, expected: String) async throws {
        let desk = try Desk()
        try desk.write(Array(start.utf8) + Array(repeating: UInt8(ascii: "x"), count: 2_000_000), to: name)
        var importing = try TableImport(
            desk.directory.file(name), into: try opened("youtube_video_stats"), now: Desk.now)
        #expect(importing.recordLimit == 16 << 20)
        importing.recordLimit = 1 << 20
        let report = try importing.check()
        #expect(report.problemCount == 1)
        #expect(
            report.listing.replacingOccurrences(of: desk.directory.path + "/", with: "")
                == expected + "; the rest of the file was not read")
        #expect(report.read == 2)
    }

    @Test("an endless record never makes the window larger than the limit and one chunk")
    func endlessWindow() throws {
        let desk = try Desk()
        try desk.write(Array(repeating: UInt8(ascii: "x"), count: 3_000_000), to: "v.csv")
        var reader = CSVReader(try FileWindow(path: desk.directory.file("v.csv"), recordLimit: 1 << 20))
        #expect(try reader.advance())
        #expect(reader.window.bytes.count <= 1 << 20 + FileWindow.chunk)
        #expect(try !reader.advance())
    }
}
