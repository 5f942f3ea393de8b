import Records
import Time

/// Which row of `youtube_video_stats` is each video's newest (K48): one small entry a video, however many rows there are.
struct NewestSnapshots {
    private struct Snapshot: Comparable {
        let checkedAt: Instant?
        let id: String

        /// A row that does not say when it was made counts as the oldest.
        static func < (a: Snapshot, b: Snapshot) -> Bool {
            let (first, second) = (a.checkedAt?.microseconds ?? .min, b.checkedAt?.microseconds ?? .min)
            return first == second ? a.id < b.id : first < second
        }
    }

    private var newest: [String: Snapshot] = [:]

    /// Reads only the columns that decide.
    init(in store: Store, where predicate: Predicate<YouTubeVideoStats> = .always) async throws {
        let columns = YouTubeVideoStats.columns
        var newest: [String: Snapshot] = [:]
        try await store.eachPage(
            of: YouTubeVideoStats.definition,
            columns: [columns.id.name, columns.videoID.name, columns.checkedAt.name], where: predicate.condition
        ) { rows in
            for row in rows {
                guard let id = String(row[0]), let video = String(row[1]) else { continue }
                let snapshot = Snapshot(checkedAt: Instant(row[2]), id: id)
                if let known = newest[video], snapshot < known { continue }
                newest[video] = snapshot
            }
        }
        self.newest = newest
    }

    /// The number of videos.
    var count: Int { newest.count }

    func contains(_ row: Row<YouTubeVideoStats>) -> Bool { newest[row.videoID]?.id == row.id.text }
}
