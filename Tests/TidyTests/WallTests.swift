import Foundation
import Testing

/// Walls that are in the manifest, not in a source file.
struct WallTests {
    @Test(
        "no program that is installed links the test support, nor what only the test support links",
        arguments: ["ActpTesting", "CPQ"])
    func testSupport(_ name: String) throws {
        let text = try String(contentsOfFile: TidyTests.checkout + "/Package.swift", encoding: .utf8)
        // Every target begins on a line of its own, and the test support stands between the programs and the tests.
        let targets = text.components(separatedBy: "\n        .executableTarget(")
            .flatMap { $0.components(separatedBy: "\n        wall(") }.flatMap {
                $0.components(separatedBy: "\n        tests(")
            }
            .flatMap { $0.components(separatedBy: "\n        .systemLibrary(") }
        #expect(targets.count > 20)
        let users = targets.filter { $0.contains("\"\(name)\"") && !$0.contains("package(url") }
        let allowed = users.filter { target in
            target.drop { !$0.isLetter }.hasPrefix("ActpTesting") || target.contains("Tests\"")
                || target.contains("name: \"actpd-bench\"")
                || target.hasPrefix("name: \"\(name)\"")
        }
        #expect(!users.isEmpty)
        #expect(users.count == allowed.count, "\(users.filter { !allowed.contains($0) })")
    }
}
