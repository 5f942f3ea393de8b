import Testing

/// Each rule finds what it is for, and leaves alone what only looks like it.
struct RuleTests {
    private func complaints(_ text: String, at path: String = "Sources/Agents/A.swift") -> [Int] {
        let file = SourceFile(path: path, text: text)
        return Rule.all.flatMap { $0.check(file) }.map(\.line).sorted()
    }

    static let found = [
        "let now = Date()", "let now = Date.now", "let clock = ContinuousClock()", "let now = time(nil)",
        "clock_gettime(CLOCK_REALTIME, &time)", "try await Task.sleep(for: .seconds(1))", "let a = try! b()",
        "let a = b as! C", "fatalError(\"never\")", "print(\"x\")", "let text = \"now: \\(Date())\"",
        "let seconds = status.st_mtim.tv_sec", "var pause = timespec(tv_sec: 1, tv_nsec: 0)", "import CSystemd",
        "internal import CLinux", "@preconcurrency public import GRDB", "import SQLite3",
        "// TO" + "DO: later", "let a = 1  // FIX" + "ME", "/// XX" + "X",
        "let path = \"/wo" + "rk/here\"", "let path = \"/ho" + "me/me/file\"",
    ]

    @Test("found", arguments: found)
    func finds(_ line: String) { #expect(complaints("import Time\n\(line)\n") == [2], "\(line)") }

    static let ignored = [
        "// never call Date() or print(", "/* try! */", "let text = \"fatalError(\"", "let text = #\"as! \"print(\"#",
        "let text = \"\"\"\n    Date.now\n    \"\"\"", "blueprint(a)", "logger.print(a)", "let a = b as? C",
        "let date = UpDate()", "import Stores", "let mastodon = 1", "https://example.org/work/x",
        "let a = \"\\(b(\"print(\"))\"", "let fixed = ToDoList()",
    ]

    @Test("left alone", arguments: ignored)
    func ignores(_ line: String) { #expect(complaints("import Time\n\(line)\n").isEmpty, "\(line)") }

    @Test("the walls stand open for those who live there")
    func walls() {
        #expect(complaints("internal import GRDB", at: "Sources/Stores/A.swift").isEmpty)
        #expect(complaints("internal import CSystemd", at: "Sources/Systemd/A.swift").isEmpty)
        #expect(complaints("internal import CLinux", at: "Sources/Time/A.swift").isEmpty)
        #expect(complaints("import GRDB", at: "Tests/StoresTests/A.swift") == [1])
    }

    @Test("tests may wait and print")
    func tests() { #expect(complaints("print(Date())", at: "Tests/TimeTests/A.swift").isEmpty) }

    @Test("501 lines are too many, 500 are not")
    func fileLength() {
        #expect(complaints(String(repeating: "let a = 1\n", count: 500)).isEmpty)
        #expect(complaints(String(repeating: "let a = 1\n", count: 501)) == [501])
    }

    @Test(
        "a function of 71 lines is too long, one of 70 is not",
        arguments: ["func a() {", "    public static func a<T>(\n        _ b: T\n    ) -> Int {", "init() {"])
    func functionLength(_ head: String) {
        let before = head.split(separator: "\n").count
        func function(_ lines: Int) -> String {
            head + "\n" + String(repeating: "    if b { c() }\n", count: lines - before - 1) + "}\nfunc next() {}\n"
        }
        #expect(complaints(function(70)).isEmpty)
        #expect(complaints(function(71)) == [1])
    }

    @Test("a requirement without a body has no length")
    func requirement() {
        let body = String(repeating: "    func b()\n", count: 80)
        #expect(complaints("protocol A {\n\(body)}\n").isEmpty)
    }

    @Test("a function named test without @Test is found, in Tests")
    func uncalled() {
        let path = "Tests/TimeTests/A.swift"
        #expect(complaints("func testThis() {}", at: path) == [1])
        #expect(complaints("@Test\nfunc testThis() {}", at: path).isEmpty)
        #expect(
            complaints("@Test(\n    \"a name\",\n    arguments: [1])\nfunc testThis(_ a: Int) {}", at: path).isEmpty)
        #expect(complaints("func testThis() {}").isEmpty)
    }
}
