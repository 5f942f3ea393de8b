import Foundation

/// A Swift file with a second text in which comments and the contents of texts are blank: rules about code look there.
struct SourceFile: Sendable {
    /// From the top of the checkout, as in `Sources/Time/Instant.swift`.
    let path: String
    let lines: [String]
    let code: [String]

    init(path: String, text: String) {
        self.path = path
        lines = text.components(separatedBy: "\n")
        code = SourceFile.blanked(text).components(separatedBy: "\n")
    }

    /// The folder under Sources or Tests.
    var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

    /// Blanks comments and literals; what is interpolated into a text stays code.
    private static func blanked(_ text: String) -> String {
        var blanker = Blanker(text)
        return blanker.run()
    }
}

/// Works on bytes: everything that ends a comment or a literal is ASCII.
private struct Blanker {
    private let text: [UInt8]
    private var position = 0
    private var output: [UInt8] = []

    init(_ text: String) { self.text = Array(text.utf8) }

    mutating func run() -> String {
        code(untilParenthesis: false)
        return String(decoding: output, as: UTF8.self)
    }

    private func has(_ piece: StaticString, at offset: Int = 0) -> Bool {
        let start = position + offset
        guard start + piece.utf8CodeUnitCount <= text.count else { return false }
        return (0..<piece.utf8CodeUnitCount).allSatisfy { text[start + $0] == piece.utf8Start[$0] }
    }

    private func hashes(at offset: Int) -> Int { text[min(position + offset, text.count)...].prefix { $0 == 35 }.count }

    private mutating func keep() {
        output.append(text[position])
        position += 1
    }

    private mutating func blank(_ count: Int = 1) {
        for _ in 0..<count where position < text.count {
            output.append(text[position] == 10 ? 10 : 32)
            position += 1
        }
    }

    private mutating func code(untilParenthesis: Bool) {
        var depth = 1
        while position < text.count {
            if has("//") {
                while position < text.count, text[position] != 10 { blank() }
            } else if has("/*") {
                while position < text.count, !has("*/") { blank() }
                blank(2)
            } else if has("\"", at: hashes(at: 0)) {
                literal(hashes(at: 0))
            } else {
                if has("(") { depth += 1 }
                if has(")") {
                    depth -= 1
                    if untilParenthesis && depth == 0 { return }
                }
                keep()
            }
        }
    }

    /// A text, whose quotes and escapes carry as many `#` as stood before its first quote.
    private mutating func literal(_ marks: Int) {
        let isLong = has("\"\"\"", at: marks)
        let quotes = isLong ? 3 : 1
        blank(marks + quotes)
        while position < text.count {
            if isLong ? has("\"\"\"") : has("\""), hashes(at: quotes) >= marks { return blank(quotes + marks) }
            guard has("\\"), hashes(at: 1) >= marks else {
                blank()
                continue
            }
            guard has("(", at: 1 + marks) else {
                blank(2 + marks)
                continue
            }
            blank(1 + marks)
            keep()
            code(untilParenthesis: true)
            if position < text.count { keep() }
        }
    }
}

/// What is wrong with a source file, and where.
struct Complaint: Hashable, CustomStringConvertible {
    let path: String
    let line: Int
    let text: String

    var description: String { "\(path):\(line): \(text)" }
}

/// A rule about one file.
struct Rule: Sendable, CustomStringConvertible {
    let description: String
    let check: @Sendable (SourceFile) -> [Complaint]
}

extension Rule {
    static let all: [Rule] =
        [cImports, databaseImports, fileLength, functionLength, openEnds, uncalledTests, machinePaths, timeMembers]
        + bannedCalls

    // MARK: Calls

    private struct Ban {
        let call: String
        let instead: String
        var allowed: [String] = []
    }

    private static let bans = [
        Ban(call: "Date()", instead: "TimeSource.now()"),
        Ban(call: "Date.now", instead: "TimeSource.now()"),
        Ban(call: "ContinuousClock(", instead: "TimeSource.uptime()"),
        Ban(call: "time(nil)", instead: "TimeSource"),
        Ban(call: "clock_gettime(", instead: "TimeSource"),
        Ban(call: "Task.sleep", instead: "a timer of the scheduler"),
        Ban(call: "try!", instead: "throws"),
        Ban(call: "as!", instead: "as?"),
        Ban(call: "fatalError(", instead: "throws, or preconditionFailure with the reason"),
        Ban(call: "print(", instead: "Terminal or the log"),
    ]

    private static let bannedCalls = bans.map { ban in
        Rule(description: "no \(ban.call) in Sources; \(ban.instead)") { file in
            guard file.path.hasPrefix("Sources/"), !ban.allowed.contains(where: file.path.hasPrefix) else { return [] }
            return file.complaints { line in
                line.ranges(of: ban.call).contains { range in
                    // `blueprint(` and `.print(` are other calls.
                    guard range.lowerBound > line.startIndex else { return true }
                    let before = line[line.index(before: range.lowerBound)]
                    return !(before.isLetter || before.isNumber || before == "_" || before == ".")
                } ? "\(ban.call): \(ban.instead)" : nil
            }
        }
    }

    /// Where Dispatch or a C module brings them along, and programs that are not shipped.
    private static let knowTimeMembers = [
        "Sources/Scheduling/Loop/Alarm.swift", "Sources/Systemd/HostWatch.swift", "Sources/ActpTesting/",
        "Sources/actpd-bench/",
    ]

    static let timeMembers = Rule(
        description: "no member of timespec: a release build finds them in a module that cannot be imported"
    ) { file in
        guard file.path.hasPrefix("Sources/"), !knowTimeMembers.contains(where: file.path.hasPrefix) else { return [] }
        return file.complaints { line in
            line.contains("tv_sec") || line.contains("tv_nsec")
                ? "timespec: its bytes, or a C function that takes nanoseconds" : nil
        }
    }

    // MARK: Walls

    /// Which targets may import a module.
    private static func wall(_ description: String, _ modules: [String: Set<String>]) -> Rule {
        Rule(description: description) { file in
            file.complaints { line in
                let words = line.split(separator: " ").map(String.init)
                guard let position = words.firstIndex(of: "import"), position + 1 < words.count,
                    let allowed = modules[words[position + 1]], !allowed.contains(file.target)
                else { return nil }
                return "\(words[position + 1]) is imported only by \(allowed.sorted().joined(separator: ", "))"
            }
        }
    }

    static let cImports = wall(
        "C is imported only where it is made Swift",
        ["CLinux": ["Time", "Stores", "Systemd"], "CSystemd": ["Systemd"], "CCurl": ["HTTP"], "CPQ": ["ActpTesting"]])

    static let databaseImports = wall("only Stores knows the database", ["GRDB": ["Stores"], "SQLite3": ["Stores"]])

    // MARK: Sizes

    static let fileLengthMax = 500
    static let functionLengthMax = 70

    static let fileLength = Rule(description: "no file is longer than \(fileLengthMax) lines") { file in
        guard file.lines.count > fileLengthMax + 1 else { return [] }
        return [Complaint(path: file.path, line: fileLengthMax + 1, text: "the file has \(file.lines.count - 1) lines")]
    }

    static let functionLength = Rule(description: "no function is longer than \(functionLengthMax) lines") { file in
        var complaints: [Complaint] = []
        for (index, line) in file.code.enumerated()
        where line.contains(/\b(func\s+\S|init[?]?[(<])/) && isDeclaration(line) {
            let length = bodyLength(file.code[index...])
            if length > functionLengthMax {
                complaints.append(Complaint(path: file.path, line: index + 1, text: "the function has \(length) lines"))
            }
        }
        return complaints
    }

    /// `init(` also begins calls: those have something before them that is no modifier.
    private static func isDeclaration(_ line: String) -> Bool {
        guard let match = line.firstMatch(of: /\b(func\s|init)/) else { return false }
        let modifiers: Set = [
            "public", "private", "fileprivate", "internal", "static", "mutating", "nonisolated", "override",
            "convenience",
            "required", "final", "class", "@discardableResult",
        ]
        return line[..<match.range.lowerBound].split(separator: " ").allSatisfy {
            modifiers.contains(String($0)) || $0.hasPrefix("@")
        }
    }

    /// Lines from the declaration to the brace that closes its body; 0 without a body.
    private static func bodyLength(_ lines: ArraySlice<String>) -> Int {
        var depth = 0
        var isOpen = false
        for (index, line) in lines.enumerated() {
            for letter in line {
                if letter == "{" { (depth, isOpen) = (depth + 1, true) }
                if letter == "}" { depth -= 1 }
                if isOpen && depth == 0 { return index + 1 }
            }
            // A requirement of a protocol ends where the next declaration or the protocol's brace does.
            if !isOpen && (depth < 0 || (index > 0 && line.contains("func "))) { return 0 }
        }
        return 0
    }

    // MARK: Texts

    static let openEnds = Rule(description: "what is left to do is in an issue, not in a comment") { file in
        file.lines.enumerated().compactMap { index, line in
            line.firstMatch(of: /\b(TODO|FIX{1}ME|XX{2})\b/).map {
                Complaint(path: file.path, line: index + 1, text: "\($0.1) in a comment")
            }
        }.filter { _ in file.target != "TidyTests" }
    }

    static let uncalledTests = Rule(description: "a function named test is a test") { file in
        guard file.path.hasPrefix("Tests/") else { return [] }
        return file.code.enumerated().compactMap { index, line in
            guard line.contains(/\bfunc\s+test/) else { return nil }
            let before = file.code[max(0, index - 3)...index].joined()
            return before.contains("@Test")
                ? nil
                : Complaint(path: file.path, line: index + 1, text: "this function is never called: @Test is missing")
        }
    }

    /// In pieces, so that this file does not complain about itself.
    private static let homes = ["work", "home", "root", "Users"].map { "/" + $0 + "/" }

    static let machinePaths = Rule(description: "no path of somebody's machine") { file in
        file.lines.enumerated().compactMap { index, line in
            homes.first { home in
                line.ranges(of: home).contains { range in
                    // Part of another path or of an address is no path of a machine.
                    guard range.lowerBound > line.startIndex else { return true }
                    let before = line[line.index(before: range.lowerBound)]
                    return !(before.isLetter || before.isNumber || "._-/}".contains(before))
                }
            }.map { Complaint(path: file.path, line: index + 1, text: "\($0) is a place on one machine") }
        }
    }
}

extension SourceFile {
    fileprivate func complaints(_ judge: (String) -> String?) -> [Complaint] {
        code.enumerated().compactMap { index, line in
            judge(line).map { Complaint(path: path, line: index + 1, text: $0) }
        }
    }
}
