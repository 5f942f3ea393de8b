internal import GRDB

/// The versions of `ledger.db`. A version that was ever released is never edited; a change is a new one at the end.
///
/// Instants are microseconds since 1970. The ledger is this program's own: nobody else reads the file.
enum LedgerMigrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 ledger") { db in try db.execute(sql: version1) }
        migrator.registerMigration("2 policies") { db in try db.execute(sql: version2) }
        migrator.registerMigration("3 memory") { db in try db.execute(sql: version3) }
        migrator.registerMigration("4 findings") { db in try db.execute(sql: version4) }
        migrator.registerMigration("5 orders") { db in try db.execute(sql: version5) }
        migrator.registerMigration("6 history") { db in try db.execute(sql: version6) }
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

    private static let version2 = """
        -- The machine's boot in which the process ran.
        ALTER TABLE generation ADD COLUMN boot TEXT NOT NULL DEFAULT '';

        -- What decides about a run beside its own row: whether others wait for it, and what its end means.
        ALTER TABLE run ADD COLUMN overlap TEXT NOT NULL DEFAULT 'skip';
        ALTER TABLE run ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE run ADD COLUMN once INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE run ADD COLUMN attempts INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE run ADD COLUMN alert_after INTEGER;
        ALTER TABLE run ADD COLUMN pause_after INTEGER NOT NULL DEFAULT 0;

        -- From now on an open run without a start has not begun. The first version did not tell.
        UPDATE run SET started_at = claimed_at WHERE outcome IS NULL;

        -- A backfill runs a slot of the past again, though the slot has its outcome; but never two at once, nor one that
        -- went well.
        DROP INDEX run_slot;
        CREATE UNIQUE INDEX run_slot ON run (planned_at, schedule) WHERE trigger = 'schedule';
        CREATE UNIQUE INDEX run_backfill ON run (planned_at, schedule)
            WHERE trigger = 'backfill' AND (outcome IS NULL OR outcome = 'ok');
        CREATE INDEX run_schedule ON run (schedule, planned_at);

        CREATE TABLE pause (
            schedule TEXT PRIMARY KEY,
            since INTEGER NOT NULL,
            until INTEGER,
            note TEXT NOT NULL
        ) STRICT;

        -- Failed runs in a row.
        CREATE TABLE streak (
            schedule TEXT PRIMARY KEY,
            failures INTEGER NOT NULL,
            alerted INTEGER NOT NULL
        ) STRICT;

        -- What became of schedules other than by running: how they read until then, when they were paused and resumed.
        CREATE TABLE change (
            schedule TEXT NOT NULL,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            detail TEXT NOT NULL
        ) STRICT;
        CREATE INDEX change_schedule ON change (schedule, at);

        -- Reloads that somebody waits for.
        CREATE TABLE reload (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            requested_at INTEGER NOT NULL,
            answered_at INTEGER,
            accepted INTEGER,
            answer TEXT
        ) STRICT;
        """

    private static let version3 = """
        -- What the domains remember beside the tables.
        CREATE TABLE memory (
            domain TEXT NOT NULL,
            topic TEXT NOT NULL,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (domain, topic, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX memory_time ON memory (domain, topic, at);
        """

    private static let version4 = """
        -- What was last found of the world outside.
        CREATE TABLE finding (
            subject TEXT PRIMARY KEY,
            body TEXT NOT NULL,
            at INTEGER NOT NULL
        ) STRICT;

        -- The process that has the message in hand; it counts only while that process lives.
        ALTER TABLE outbox ADD COLUMN holder INTEGER;
        """

    private static let version5 = """
        -- Orders that came with a key, so that one that is repeated is the same run.
        CREATE TABLE keyed_order (
            key TEXT PRIMARY KEY,
            body TEXT NOT NULL,
            run TEXT NOT NULL,
            at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX keyed_order_time ON keyed_order (at);
        """

    private static let version6 = """
        -- By schedule only what has ended: of a tick's slots each would touch another page of this index, and starts wait
        -- for that. What is open is found by run_open.
        DROP INDEX run_schedule;
        CREATE INDEX run_ended ON run (schedule, planned_at) WHERE outcome IS NOT NULL;

        -- The span of missed slots around an instant is looked for among all that went before.
        CREATE INDEX run_missed ON run (schedule, planned_at) WHERE outcome = 'missed';

        -- Forgetting a process asks whether it has runs left.
        CREATE INDEX run_generation ON run (generation);
        """
}
