import JSON
import Time

/// The tables as SQL for PostgreSQL: what `config/supabase/migrations` is written by.
///
/// Harmless where the tables are there already. A table that other programs share is created when it is missing and never
/// altered; in one of ours, columns and unique keys that are missing are added, a unique key only where the data allow it.
public enum PostgreSQLSchema {
    /// Everything, in an order in which it loads into an empty database.
    public static func sql(for tables: [TableDefinition] = Schema.tables) -> String {
        """
        -- The tables of actpd, written by `actpd schema sql` from its own definitions. Do not edit.
        -- Loads into an empty PostgreSQL 15 and may be run again; what is there already stays as it is.


        """ + tables.map(sql).joined(separator: "\n")
    }

    private static func sql(for table: TableDefinition) -> String {
        var text = creation(of: table)
        guard !isShared(table) else { return text }
        for column in table.columns {
            text += "ALTER TABLE \(name(table)) ADD COLUMN IF NOT EXISTS \(definition(of: column, isAdded: true));\n"
        }
        for key in [table.key] + table.unique where key != ["id"] { text += uniqueKey(key, of: table) }
        return text
    }

    /// Other programs read and write these too.
    public static func isShared(_ table: TableDefinition) -> Bool {
        table.name.hasPrefix("crm_")
            || ["actp_agent_tasks", "actp_gen_jobs", "actp_workflow_tasks", "youtube_video_stats"].contains(table.name)
    }

    /// A new table is closed to the public key: on the hosted service it could be read by anybody otherwise.
    private static func creation(of table: TableDefinition) -> String {
        var lines = table.columns.map { "            " + definition(of: $0, isAdded: false) }
        if table.column(named: "id") != nil { lines.append("            PRIMARY KEY (\"id\")") }
        for key in [table.key] + table.unique where key != ["id"] {
            lines.append("            UNIQUE (\(list(key)))")
        }
        return """
            -- \(table.name)
            DO $$ BEGIN
                IF to_regclass('public.\(table.name)') IS NULL THEN
                    CREATE TABLE \(name(table)) (
            \(lines.joined(separator: ",\n"))
                    );
                    ALTER TABLE \(name(table)) ENABLE ROW LEVEL SECURITY;
                END IF;
            END $$;

            """
    }

    /// - Parameter isAdded: the table is there and may have rows, which have nothing for a column that must have a value.
    private static func definition(of column: ColumnDefinition, isAdded: Bool) -> String {
        var text = "\(SQLRenderer.quote(column.name)) \(column.type.rawValue)"
        switch column.default {
        case .now: text += " DEFAULT now()"
        case .newID: text += " DEFAULT gen_random_uuid()"
        case .constant(let cell): text += " DEFAULT \(literal(cell, column.type))"
        case .generated(let expression): text += " GENERATED ALWAYS AS (\(expression)) STORED"
        case nil: break
        }
        if !column.isNullable, !isAdded || column.default != nil { text += " NOT NULL" }
        if let other = column.references { text += " REFERENCES \"public\".\(SQLRenderer.quote(other)) (\"id\")" }
        return text
    }

    private static func uniqueKey(_ key: [String], of table: TableDefinition) -> String {
        let index = "\(table.name)_\(key.joined(separator: "_"))_actpd_key"
        let columns = key.map { "'\($0)'" }.joined(separator: ", ")
        // Under any name and in any order of its columns, whole and not on a part of the rows: so an upsert can aim at it.
        return """
            DO $$ BEGIN
                IF NOT EXISTS (
                    SELECT FROM pg_index i WHERE i.indrelid = '\(name(table))'::regclass AND i.indisunique
                        AND i.indpred IS NULL AND i.indexprs IS NULL
                        AND (SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute a
                            WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey))
                            = (SELECT array_agg(c ORDER BY c) FROM unnest(ARRAY[\(columns)]) AS c)
                ) THEN
                    CREATE UNIQUE INDEX \(SQLRenderer.quote(index)) ON \(name(table)) (\(list(key)));
                END IF;
            EXCEPTION WHEN unique_violation THEN
                RAISE WARNING '\(table.name): no unique key on (\(key.joined(separator: ", "))), because rows share it: %', SQLERRM;
            END $$;

            """
    }

    private static func literal(_ cell: Cell, _ type: ColumnType) -> String {
        switch cell {
        case .null: "NULL"
        case .bool(let bool): bool ? "true" : "false"
        case .integer(let integer): String(integer)
        case .number(let number): JSON.number(number).text
        case .text, .instant, .json, .texts, .integers:
            "'\(PostgRESTFilter.text(cell).replacing("'", with: "''"))'::\(type.rawValue)"
        }
    }

    private static func name(_ table: TableDefinition) -> String { "\"public\".\(SQLRenderer.quote(table.name))" }
    private static func list(_ columns: [String]) -> String { columns.map(SQLRenderer.quote).joined(separator: ", ") }
}
