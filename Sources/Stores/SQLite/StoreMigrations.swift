internal import GRDB
import Records

/// The versions of `actp.db`. A version that was ever released is never edited; a change is a new one at the end.
enum StoreMigrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 tables") { db in try db.execute(sql: StoreVersion1.sql) }
        return migrator
    }

    /// Compares the file with the definitions, so that a column is never guessed.
    ///
    /// - Throws: ``StoreError`` with code `unknownColumn` and everything that is missing or of another type.
    static func check(_ db: Database) throws {
        var complaints: [String] = []
        for table in Schema.tables {
            var types: [String: String] = [:]
            for row in try GRDB.Row.fetchAll(
                db, sql: "SELECT name, type FROM pragma_table_xinfo(?)", arguments: [table.name])
            {
                types[row["name"]] = row["type"]
            }
            for column in table.columns {
                let name = "\(table.name).\(column.name)"
                switch types[column.name] {
                case nil: complaints.append("\(name) is missing")
                case column.storageType: break
                case let found?: complaints.append("\(name) is \(found), not \(column.storageType)")
                }
            }
        }
        guard complaints.isEmpty else {
            throw StoreError(.unknownColumn, table: nil, complaints.joined(separator: "; "))
        }
    }
}

extension Records.ColumnDefinition {
    /// The column's type in the file.
    fileprivate var storageType: String {
        switch type {
        case .integer, .bigint, .boolean: "INTEGER"
        case .numeric, .double: "REAL"
        case .uuid, .text, .timestamptz, .jsonb, .texts, .integers: "TEXT"
        }
    }
}
