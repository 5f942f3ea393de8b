internal import Hummingbird

extension Routes {
    /// The page at `/`, and the files that it is made of.
    var page: [Route] {
        [
            route(.get, "/", .page) { _, _ in try PageFiles.answer("index.html") },
            route(.get, "/page/{file}", .page) { _, context in
                try PageFiles.answer(try context.parameters.require("file"))
            },
        ]
    }
}

/// The files of `Page`, built into the program.
enum PageFiles {
    static let all: [String: [UInt8]] = [
        "app.css": PackageResources.app_css,
        "app.js": PackageResources.app_js,
        "daemon.js": PackageResources.daemon_js,
        "detail.js": PackageResources.detail_js,
        "drawings.js": PackageResources.drawings_js,
        "elements.js": PackageResources.elements_js,
        "failure.js": PackageResources.failure_js,
        "health.js": PackageResources.health_js,
        "index.html": PackageResources.index_html,
        "order.js": PackageResources.order_js,
        "outcome.js": PackageResources.outcome_js,
        "pausing.js": PackageResources.pausing_js,
        "pictures.js": PackageResources.pictures_js,
        "row.js": PackageResources.row_js,
        "runs.js": PackageResources.runs_js,
        "shapes.js": PackageResources.shapes_js,
        "state.js": PackageResources.state_js,
        "text.js": PackageResources.text_js,
        "timeline.js": PackageResources.timeline_js,
        "tip.js": PackageResources.tip_js,
        "token.js": PackageResources.token_js,
    ]

    /// - Throws: ``Problem`` when the page has no such file.
    static func answer(_ name: String) throws(Problem) -> Response {
        guard let bytes = all[name], let type = types[String(name.reversed().prefix { $0 != "." }.reversed())] else {
            throw Problem(.notFound, "the page has no such file; / is where it begins")
        }
        return Answers.bytes(
            bytes, "\(type); charset=utf-8", headers: [.contentSecurityPolicy: Answers.pagePolicy])
    }

    private static let types = ["html": "text/html", "css": "text/css", "js": "text/javascript"]
}
