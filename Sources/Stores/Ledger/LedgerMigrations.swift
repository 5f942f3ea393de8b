internal import GRDB

/// The versions of `ledger.db`. A version that was ever released is never edited; a change is a new one at the end.
///
/// Instants are microseconds since 1970. The ledger is this program's own: nobody else reads the file.
enum LedgerMigrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 ledger") { db in try db.execute(sql: version1) }
        return migrator
    }

    private static let version1 = """
        -- One row for each process that ever wrote here; its number fences the runs it owned.
        CREATE TABLE generation (
            number INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            pid INTEGER NOT NULL,
            started_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE schedule (
            number INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            cron TEXT NOT NULL,
            zone TEXT NOT NULL,
            anchor INTEGER NOT NULL
        ) STRICT;

        -- The latest slot that is accounted for. Apart from the schedules, because every claim writes here: ten thousand
        -- cursors are a few dozen pages.
        CREATE TABLE cursor (
            schedule INTEGER PRIMARY KEY REFERENCES schedule (number),
            slot INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE run (
            id TEXT PRIMARY KEY,
            generation INTEGER NOT NULL REFERENCES generation (number),
            trigger TEXT NOT NULL,
            schedule TEXT,
            planned_at INTEGER,
            due_at INTEGER NOT NULL,
            domain TEXT NOT NULL,
            task TEXT NOT NULL,
            params TEXT NOT NULL,
            overlap_key TEXT NOT NULL,
            claimed_at INTEGER NOT NULL,
            started_at INTEGER,
            finished_at INTEGER,
            outcome TEXT,
            reason TEXT,
            missed INTEGER NOT NULL DEFAULT 0,
            missed_through INTEGER,
            duration_ms INTEGER,
            result TEXT
        ) STRICT;

        -- The slot: whoever inserts it owns it. By time first, so that a tick's slots stand side by side.
        CREATE UNIQUE INDEX run_slot ON run (planned_at, schedule) WHERE schedule IS NOT NULL;
        CREATE INDEX run_open ON run (overlap_key) WHERE outcome IS NULL;
        CREATE INDEX run_claimed ON run (claimed_at);

        CREATE TABLE outbox (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            destination TEXT NOT NULL,
            kind TEXT NOT NULL,
            body TEXT NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX outbox_order ON outbox (destination, sequence);
        """
}
