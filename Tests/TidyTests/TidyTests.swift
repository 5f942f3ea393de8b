import Foundation
import Testing

/// The sources keep the rules.
struct TidyTests {
    static let checkout: String = {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url.path
    }()

    /// All Swift files of the package, and the texts beside them that are shipped.
    static let files: [SourceFile] = {
        var paths = ["Package.swift", "Makefile", "schedules.json", "README.md", "systemd/actpd.service"]
        for folder in ["Sources", "Tests", "Benchmarks", "config", "docs", ".ci", ".claude"] {
            let found = FileManager.default.enumerator(atPath: checkout + "/" + folder)
            while let path = found?.nextObject() as? String {
                if !path.contains(".build") { paths.append(folder + "/" + path) }
            }
        }
        return paths.compactMap { path in
            guard let data = FileManager.default.contents(atPath: checkout + "/" + path) else { return nil }
            return SourceFile(path: path, text: String(decoding: data, as: UTF8.self))
        }
    }()

    @Test("the rule holds everywhere", arguments: Rule.all)
    func holds(_ rule: Rule) {
        let swift = TidyTests.files.filter { $0.path.hasSuffix(".swift") }
        #expect(swift.count > 100, "the sources were found")
        let isAboutAll = rule.description == Rule.machinePaths.description
        let complaints = (isAboutAll ? TidyTests.files : swift).flatMap(rule.check)
        #expect(complaints.isEmpty, "\(complaints.map(\.description).joined(separator: "\n"))")
    }
}
