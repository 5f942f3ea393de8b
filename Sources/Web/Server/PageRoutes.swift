internal import Hummingbird

extension Routes {
    /// The page and its two files, as they lie in `Page`.
    var page: [Route] {
        [
            file("/", "text/html; charset=utf-8", PageFiles.html),
            file("/app.js", "text/javascript; charset=utf-8", PageFiles.script),
            file("/app.css", "text/css; charset=utf-8", PageFiles.style),
        ]
    }

    private func file(_ path: String, _ type: String, _ bytes: [UInt8]?) -> Route {
        route(.get, path, .page) { _, _ in
            guard let bytes else { throw Problem(.notFound, "this actpd was built without its page") }
            return Answers.bytes(bytes, type, headers: [.contentSecurityPolicy: Answers.pagePolicy])
        }
    }
}

/// Until the page is there.
enum PageFiles {
    static let html: [UInt8]? = nil
    static let script: [UInt8]? = nil
    static let style: [UInt8]? = nil
}
