internal import CPQ

/// What PostgreSQL says is wrong.
struct PostgresError: Error, CustomStringConvertible {
    /// Five characters, as in `23505`; `08000` when there is no connection.
    let code: String
    let message: String
    let details: String?
    let hint: String?

    var description: String { "\(code) \(message)" }
}

/// One session. Used by one thread at a time; whoever takes it out of the database's pool has it alone.
final class PostgresConnection: @unchecked Sendable {
    private let handle: OpaquePointer
    private let heard = Heard()

    /// What was said beside the answers.
    private final class Heard { var warnings: [String] = [] }

    init(_ directory: String, database: String) throws {
        let info = "host='\(directory)' user=postgres dbname='\(database)' client_encoding=UTF8"
        guard let handle = PQconnectdb(info) else {
            throw PostgresError(code: "53200", message: "no memory for a connection", details: nil, hint: nil)
        }
        self.handle = handle
        // Every notice about a table that exists already would stand in the test's output; warnings are kept.
        PQsetNoticeProcessor(
            handle,
            { heard, text in
                guard let heard, let text = text.map({ String(cString: $0) }), text.hasPrefix("WARNING") else { return }
                Unmanaged<Heard>.fromOpaque(heard).takeUnretainedValue().warnings.append(text)
            }, Unmanaged.passUnretained(heard).toOpaque())
        if !isUsable {
            throw PostgresError(
                code: "08000", message: String(cString: PQerrorMessage(handle)), details: nil, hint: nil)
        }
    }

    deinit { PQfinish(handle) }

    var isUsable: Bool { PQstatus(handle) == CONNECTION_OK }

    /// Runs a statement with parameters, or several without; the rows of the last, values as text.
    func run(_ sql: String, _ parameters: [String?] = []) throws -> [[String?]] {
        let result =
            if parameters.isEmpty {
                PQexec(handle, sql)
            } else {
                PostgresConnection.with(parameters) { values in
                    PQexecParams(handle, sql, Int32(parameters.count), nil, values, nil, nil, 0)
                }
            }
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        guard status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY else {
            func field(_ name: UInt8) -> String? {
                PQresultErrorField(result, Int32(name)).map { String(cString: $0) }
            }
            throw PostgresError(
                code: field(UInt8(ascii: "C")) ?? "08006",
                message: field(UInt8(ascii: "M")) ?? String(cString: PQerrorMessage(handle)),
                details: field(UInt8(ascii: "D")), hint: field(UInt8(ascii: "H")))
        }
        return (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { column in
                PQgetisnull(result, row, column) == 1 ? nil : String(cString: PQgetvalue(result, row, column))
            }
        }
    }

    /// The warnings since they were taken last.
    func takeWarnings() -> [String] {
        defer { heard.warnings = [] }
        return heard.warnings
    }

    private static func with<Result>(
        _ texts: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        let copies = texts.map { text in text.map { ContiguousArray($0.utf8CString) } }
        // One block for all texts: it moves no more, so that pointers into it stay valid.
        var block: [CChar] = []
        var offsets: [Int?] = []
        for copy in copies {
            offsets.append(copy == nil ? nil : block.count)
            block += copy ?? []
        }
        return block.withUnsafeBufferPointer { buffer in
            let pointers = offsets.map { offset in offset.flatMap { buffer.baseAddress?.advanced(by: $0) } }
            return pointers.withUnsafeBufferPointer { pointers in
                guard let base = pointers.baseAddress else { preconditionFailure("no parameters") }
                return body(base)
            }
        }
    }
}
