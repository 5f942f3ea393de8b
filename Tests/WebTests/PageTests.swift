import Foundation
import HTTP
import Testing

@testable import Web

/// The page's files, as they are built in. What they do in a browser, `make test-web` looks at.
@Suite struct PageTests {
    private static let texts = PageFiles.all.mapValues { String(decoding: $0, as: UTF8.self) }

    @Test("every file that the page or one of its modules names is built in, and every one is named")
    func complete() {
        let named = Self.texts.values.flatMap { text in
            text.components(separatedBy: "\"").compactMap { word in
                ["./", "/page/"].first { word.hasPrefix($0) }.map { String(word.dropFirst($0.count)) }
            }
        }
        #expect(Set(named).union(["index.html"]) == Set(PageFiles.all.keys))
    }

    @Test("the files in the sources are the files that are built in")
    func sources() throws {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        let folder = url.path + "/Sources/Web/Page"
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: folder)) == Set(PageFiles.all.keys))
    }

    @Test(
        "nothing comes from elsewhere, and no text becomes markup or code",
        arguments: [
            "http://", "https://", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
            "Function(", " style=", " onclick=", "<style", "localStorage", "document.cookie",
        ])
    func forbidden(_ word: String) {
        for (name, text) in Self.texts {
            let clean = text.replacingOccurrences(of: "http://www.w3.org/2000/svg", with: "")
            #expect(!clean.contains(word), "\(name)")
        }
    }

    @Test("the files are served to whoever has no token, with a type and a policy that lets them load each other")
    func served() async throws {
        try await WebBench.serve { bench in
            for (target, type) in [
                ("/", "text/html"), ("/page/app.js", "text/javascript"), ("/page/app.css", "text/css"),
            ] {
                let answer = try await bench.ask(.get, target, overTCP: true)
                #expect(answer.status == 200)
                #expect(answer.headers["Content-Type"] == "\(type); charset=utf-8")
                let policy = try #require(answer.headers["Content-Security-Policy"])
                #expect(policy.contains("default-src 'none'; script-src 'self'; style-src 'self'"))
            }
            for target in ["/page/nothing.js", "/page/..%2Fopenapi.json", "/page/openapi.json"] {
                #expect(try await bench.ask(.get, target, overTCP: true).status == 404, "\(target)")
            }
        }
    }
}
