/// What PostgREST knows of a database: its schema cache, for the schema `public`.
struct RESTSchema: Sendable {
    struct Column: Sendable {
        let name: String
        /// With the schema, as in `public.mood`.
        let type: String
        let isNullable: Bool
        let defaultExpression: String?
        let enumeration: [String]
    }

    struct Table: Sendable {
        let name: String
        let comment: String?
        var columns: [Column] = []
        var key: [String] = []

        func column(_ name: String) -> Column? { columns.first { $0.name == name } }
    }

    /// A foreign key.
    struct Reference: Sendable {
        let name: String
        let from: String
        let fromColumns: [String]
        let to: String
        let toColumns: [String]
    }

    struct Function: Sendable {
        let name: String
        let arguments: [(name: String, type: String)]
        let returnsSet: Bool
        /// The table whose rows it returns.
        let returns: String?
    }

    private(set) var tables: [Table] = []
    private(set) var references: [Reference] = []
    private(set) var functions: [Function] = []

    func table(_ name: String) -> Table? { tables.first { $0.name == name } }

    init(_ connection: PostgresConnection) throws {
        // Types are named with their schema when it is not on the path.
        _ = try connection.run("SET search_path TO ''")
        defer { _ = try? connection.run("RESET search_path") }
        for row in try connection.run(RESTSchema.columnsSQL) {
            let text = row.map { $0 ?? "" }
            if tables.last?.name != text[0] { tables.append(Table(name: text[0], comment: row[1])) }
            tables[tables.count - 1].columns.append(
                Column(
                    name: text[2], type: text[3], isNullable: text[4] == "t", defaultExpression: row[5],
                    enumeration: RESTSchema.list(row[6])))
        }
        for row in try connection.run(RESTSchema.keysSQL) {
            guard let index = tables.firstIndex(where: { $0.name == row[0] }) else { continue }
            tables[index].key = RESTSchema.list(row[1]).filter { tables[index].column($0) != nil }
        }
        references = try connection.run(RESTSchema.referencesSQL).map { row in
            Reference(
                name: row[0] ?? "", from: row[1] ?? "", fromColumns: RESTSchema.list(row[2]), to: row[3] ?? "",
                toColumns: RESTSchema.list(row[4]))
        }
        functions = try connection.run(RESTSchema.functionsSQL).map { row in
            Function(
                name: row[0] ?? "",
                arguments: Array(zip(RESTSchema.list(row[1]), RESTSchema.list(row[2]))).map { (name: $0, type: $1) },
                returnsSet: row[3] == "t", returns: row[4])
        }
    }

    /// Lists come as lines.
    private static func list(_ text: String?) -> [String] {
        (text ?? "").split(separator: "\n").map(String.init)
    }

    private static let columnsSQL = """
        SELECT c.relname, obj_description(c.oid, 'pg_class'), a.attname, format_type(a.atttypid, a.atttypmod),
            NOT a.attnotnull, CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
            (SELECT string_agg(enumlabel, E'\\n' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = a.atttypid)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v', 'm', 'p') ORDER BY c.relname, a.attnum
        """

    /// A view has the key of the table it is made of.
    private static let keysSQL = """
        WITH keys AS (
            SELECT i.indrelid AS relation, (SELECT string_agg(attname, E'\\n' ORDER BY array_position(i.indkey::int[], attnum))
                FROM pg_attribute WHERE attrelid = i.indrelid AND attnum = ANY (i.indkey)) AS columns
            FROM pg_index i WHERE i.indisprimary)
        SELECT c.relname, k.columns FROM keys k JOIN pg_class c ON c.oid = k.relation
            WHERE c.relnamespace = 'public'::regnamespace
        UNION SELECT v.relname, k.columns FROM keys k JOIN pg_depend d ON d.refobjid = k.relation
            JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class v ON v.oid = r.ev_class
            WHERE v.relnamespace = 'public'::regnamespace AND v.relkind = 'v'
        """

    private static let referencesSQL = """
        SELECT o.conname, f.relname,
            (SELECT string_agg(attname, E'\\n' ORDER BY array_position(o.conkey, attnum))
                FROM pg_attribute WHERE attrelid = o.conrelid AND attnum = ANY (o.conkey)),
            t.relname,
            (SELECT string_agg(attname, E'\\n' ORDER BY array_position(o.confkey, attnum))
                FROM pg_attribute WHERE attrelid = o.confrelid AND attnum = ANY (o.confkey))
        FROM pg_constraint o JOIN pg_class f ON f.oid = o.conrelid JOIN pg_class t ON t.oid = o.confrelid
        WHERE o.contype = 'f' AND f.relnamespace = 'public'::regnamespace ORDER BY o.conname
        """

    private static let functionsSQL = """
        SELECT p.proname, array_to_string(p.proargnames[1:p.pronargs], E'\\n'),
            (SELECT string_agg(format_type(t, NULL), E'\\n' ORDER BY n)
                FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a(t, n)),
            p.proretset, (SELECT relname FROM pg_class WHERE reltype = p.prorettype)
        FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f' ORDER BY p.proname
        """
}
