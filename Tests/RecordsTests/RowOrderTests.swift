import Testing
import Time

@testable import Records

@Suite("an answer is put together from several")
struct RowOrderTests {
    private func statement(_ order: [(String, Bool)], limit: Int = 10) -> SelectStatement {
        SelectStatement(
            table: Contacts.definition, columns: ["follower_count", "username", "id"], condition: .all([]),
            order: order.map { Order(column: $0.0, descending: $0.1) }, limit: limit)
    }

    @Test("in the statement's order, NULL last in either direction, up to its limit")
    func merged() throws {
        let answers: [[[Cell]]] = [
            [[.integer(3), .text("a"), .text("1")], [.null, .text("b"), .text("2")]],
            [[.integer(7), .text("c"), .text("3")], [.integer(3), .text("d"), .text("0")]],
        ]
        let descending = try statement([("follower_count", true), ("id", false)], limit: 3).merged(answers)
        #expect(descending.map { $0[1] } == [.text("c"), .text("d"), .text("a")])
        let ascending = try statement([("follower_count", false), ("id", true)]).merged(answers)
        #expect(ascending.map { $0[1] } == [.text("a"), .text("d"), .text("c"), .text("b")])
    }

    @Test("which rows to leave out by a text's order only the database knows")
    func textOrder() throws {
        let answers: [[[Cell]]] = [[[.null, .text("a"), .text("1")]], [[.null, .text("B"), .text("2")]]]
        #expect(try statement([("username", false)], limit: 2).merged(answers).count == 2)
        #expect { try statement([("username", false)], limit: 1).merged(answers) } throws: {
            ($0 as? StoreError)?.code == .failed
        }
        #expect(try statement([("username", false)], limit: 1).merged([answers[0]]).count == 1)
    }

    @Test("it goes on behind the last row by all columns of the order")
    func continued() throws {
        let order = statement([("follower_count", true), ("id", false)])
        let next = try #require(order.continued(after: [.integer(3), .text("a"), .text("1")], limit: 4))
        #expect(next.limit == 4)
        #expect(
            PostgRESTFilter.parameters(next.condition.simplified) == [
                .init(
                    "or",
                    "(follower_count.lt.3,follower_count.is.null,and(follower_count.eq.3,id.gt.1))")
            ])
        let last = try #require(order.continued(after: [.null, .text("a"), .text("1")], limit: 4))
        #expect(
            PostgRESTFilter.parameters(last.condition.simplified) == [
                .init("follower_count", "is.null"), .init("id", "gt.1"),
            ])
        #expect(statement([("email", false)]).continued(after: [.null, .text("a"), .text("1")], limit: 4) == nil)
    }
}
