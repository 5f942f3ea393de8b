import JSON
import Records
import Testing

/// What the agents count on in rows and ids.
@Suite struct RecordsTests {
    static let ids: [(String, String?)] = [
        ("0123abcd-4567-89ab-cdef-0123456789ab", "0123abcd-4567-89ab-cdef-0123456789ab"),
        ("0123ABCD-4567-89ab-cdef-0123456789aB", "0123abcd-4567-89ab-cdef-0123456789ab"),
        ("0123abcd-4567-89ab-cdef-0123456789a", nil), ("0123abcd-4567-89ab-cdef-0123456789abc", nil),
        ("0123abcd4567-89ab-cdef-0123456789ab-", nil), ("0123abcg-4567-89ab-cdef-0123456789ab", nil),
        ("0123abcd-4567-89ab-cdef-0123456-89ab", nil), ("", nil), ("0123abcdé4567-89ab-cdef-012345678ab", nil),
    ]

    @Test("an id is 8-4-4-4-12 hexadecimal digits in any case, kept in lower case", arguments: ids)
    func rowID(_ text: String, _ expected: String?) { #expect(RowID(text)?.text == expected) }

    @Test("a row's members are its own cells, first to last, whatever their types")
    func members() throws {
        let cells = Contacts.definition.columns.enumerated().map { index, column -> Cell in
            switch column.type {
            case .uuid: .text(id(index).text)
            case .text: .text(column.name)
            case .integer: .integer(Int64(index))
            case .numeric, .double: .number(Double(index))
            case .boolean: .bool(true)
            default: .null
            }
        }
        let row = try Row<Contacts>(cells)
        #expect(row.id == id(0))
        #expect(row.platform == "platform")
        #expect(row.displayName == "display_name")
        #expect(row.icpScore == 7)
        #expect(row.repliesReceived == 20)
        #expect(row.doNotDo == "do_not_do")
        #expect(row.emailOptedOut == true)
        #expect(row.updatedAt == nil)
        #expect(
            try Row<AgentTasks>(AgentTasks.definition.columns.map { $0.name == "domain" ? .text("d") : sample($0) })
                .domain == "d")
    }

    private func sample(_ column: ColumnDefinition) -> Cell {
        switch column.type {
        case .uuid, .text: .text(id(1).text)
        case .timestamptz: .instant(Bench.noon)
        case .jsonb: .json([:])
        default: .null
        }
    }
}
