import JSON
import Records

extension Alert {
    /// RE-13, RE-19: a video is rendered and goes out.
    static func renderComplete(_ job: Row<GenJobs>, platforms: Int) -> Alert {
        let hook = job.hook.isEmpty ? [] : ["“\(escape(job.hook.clipped(to: 120)))”"]
        return Alert(
            html: (["🎬 Remotion render complete | \(escape(job.label))"] + hook + [
                "Distributing to \(platforms) platform\(platforms == 1 ? "" : "s") via Blotato"
            ]).joined(separator: "\n"))
    }

    /// A video is rendered, and nobody outside can fetch it (readings 28).
    static func renderWithoutAddress(_ job: Row<GenJobs>, missing: String) -> Alert {
        Alert(
            html: """
                🎬 Remotion render complete | \(escape(job.label))
                It has no public address, so it is not distributed: \(escape(missing.prefix(200)))
                Then: actpd remotion distribute --job_id \(job.id)
                """)
    }

    /// A render failed for good.
    static func renderFailed(_ job: Row<GenJobs>, _ reason: String) -> Alert {
        Alert(
            html: """
                🎬 Remotion render failed | \(escape(job.label))
                \(escape(reason.prefix(200)))
                Job \(job.id); it is not tried again.
                """)
    }

    /// A video went out, not everywhere.
    static func distributedInPart(_ job: Row<GenJobs>, failed: [String], _ errors: JSON?) -> Alert {
        let lines = failed.map { platform in
            let why = errors?[platform]?.string.map { ": \(escape($0.prefix(120)))" } ?? ""
            return "• \(escape(platform))\(why)"
        }
        return Alert(
            html: (["🎬 Distributed in part | \(escape(job.label))", "Not posted, or not known to be:"] + lines)
                .joined(separator: "\n"))
    }

    /// K67: a video is rendered, and could not be published.
    static func distributionFailed(_ job: Row<GenJobs>, _ reason: String) -> Alert {
        Alert(
            html: """
                🎬 Distribution failed | \(escape(job.label))
                \(escape(reason.prefix(200)))
                Job \(job.id); it is not repeated by itself.
                """)
    }
}
