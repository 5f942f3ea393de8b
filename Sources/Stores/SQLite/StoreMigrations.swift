internal import GRDB
import Records

/// The versions of `actp.db`. A version that was ever released is never edited; a change is a new one at the end.
enum StoreMigrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 tables") { db in
            for table in Schema.tables { try db.execute(sql: SQLiteSchema.createTable(table)) }
            for (table, columns) in indexes {
                let name = "\(table)_\(columns.replacing(", ", with: "_"))"
                try db.execute(sql: "CREATE INDEX \"\(name)\" ON \"\(table)\" (\(columns))")
            }
        }
        return migrator
    }

    /// Beside the unique keys: the columns that tasks filter by.
    private static let indexes = [
        ("actp_agent_tasks", "created_at"), ("crm_interactions", "contact_id, created_at"),
        ("crm_conversations", "contact_id"), ("crm_message_queue", "contact_id, status"),
        ("crm_message_queue", "status, scheduled_for"), ("actp_prospect_scores", "score"),
        ("youtube_video_stats", "checked_at"), ("actp_twitter_research", "scraped_at"),
        ("actp_platform_research", "scraped_at"), ("actp_content_performance", "published_at"),
    ]
}
