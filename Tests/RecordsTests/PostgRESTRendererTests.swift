import JSON
import Testing
import Time

@testable import Records

/// Statements and the requests they become, in full.
@Suite("statements become requests to PostgREST")
struct PostgRESTRendererTests {
    private let at = Instant(microseconds: 1_772_366_400_123_456)

    @Test("a query names its columns, filters, order and limit")
    func select() throws {
        let query = Query<ProspectScores>(limit: 50).filter(\.score >= 65 && \.researchDone == false)
            .order(by: \.nextTouchAt, descending: true)
        let request = try #require(
            try PostgRESTRenderer.split(query.statement).first.map { PostgRESTRenderer.render($0) })
        #expect(request.method == .get)
        #expect(request.table == "actp_prospect_scores")
        #expect(request.query.first?.name == "select")
        #expect(
            Array(request.query.dropFirst()) == [
                .init("score", "gte.65"), .init("research_done", "eq.false"),
                .init("order", "next_touch_at.desc.nullslast,id.asc"), .init("limit", "50"),
            ])
        #expect(request.prefer == [])
        #expect(request.isRepeatable)
    }

    static let values: [(Cell, plain: String, listed: String)] = [
        (.text("a"), "a", "a"), (.text("b,c"), "b,c", #""b,c""#), (.text(#"q"uote"#), #"q"uote"#, #""q\"uote""#),
        (.text(#"back\slash"#), #"back\slash"#, #""back\\slash""#), (.text("(x)"), "(x)", #""(x)""#),
        (.text("ünï 😀"), "ünï 😀", #""ünï 😀""#), (.text(""), "", #""""#), (.text("a.b:c"), "a.b:c", #""a.b:c""#),
        (.text("null"), "null", "null"), (.integer(-5), "-5", "-5"), (.number(0.1), "0.1", #""0.1""#),
        (.bool(true), "true", "true"),
        (
            .instant(Instant(microseconds: 1_772_366_400_123_456)), "2026-03-01T12:00:00.123456Z",
            #""2026-03-01T12:00:00.123456Z""#
        ), (.texts([]), "{}", #""{}""#), (.texts(["a b", #"c"d"#]), #"{"a b","c\"d"}"#, #""{\"a b\",\"c\\\"d\"}""#),
        (.integers([1, 2]), "{1,2}", #""{1,2}""#), (.json(["k": 1]), #"{"k":1}"#, #""{\"k\":1}""#),
    ]

    @Test("a value stands as it is behind its operator, and in quotes where something could end it", arguments: values)
    func quoting(_ cell: Cell, plain: String, listed: String) {
        let equal = Condition.compare(column: "c", .equal, cell)
        #expect(PostgRESTFilter.parameters(equal) == [.init("c", "eq.\(plain)")])
        #expect(
            PostgRESTFilter.parameters(.any([equal, .isNull(column: "d")])) == [
                .init("or", "(c.eq.\(listed),d.is.null)")
            ])
        #expect(
            PostgRESTFilter.parameters(.isOneOf(column: "c", [cell, .integer(1)])) == [.init("c", "in.(\(listed),1)")])
    }

    @Test("and within or, or within and")
    func nesting() {
        let a = Condition.compare(column: "a", .less, .integer(1))
        let b = Condition.isNotNull(column: "b")
        let c = Condition.compare(column: "c", .notEqual, .integer(3))
        #expect(
            PostgRESTFilter.parameters(Condition.all([a, .any([b, .all([a, c])])]).simplified) == [
                .init("a", "lt.1"), .init("or", "(b.not.is.null,and(a.lt.1,c.neq.3))"),
            ])
    }

    @Test("conditions that match nothing or everything need no words")
    func simplification() throws {
        let a = Condition.compare(column: "a", .less, .integer(1))
        #expect(Condition.all([a, .isOneOf(column: "b", [])]).simplified == .never)
        #expect(Condition.any([a, .isOneOf(column: "b", [])]).simplified == a)
        #expect(Condition.any([a, .all([])]).simplified == .all([]))
        #expect(Condition.compare(column: "a", .equal, .null).simplified == .never)
        #expect(Condition.all([.all([a]), .all([])]).simplified == a)
        let nothing = Query<Contacts>(limit: 5).filter(.isOneOf(\.username, []))
        #expect(try PostgRESTRenderer.split(nothing.statement).isEmpty)
    }

    @Test("a list of a thousand ids becomes addresses that fit, and no id is lost")
    func chunks() throws {
        let ids = (0..<1_000).map { _ in RowID.random() }
        let statements = try PostgRESTRenderer.split(
            Query<Interactions>(limit: 1_000).filter(.isOneOf(\.contactID, ids) && \.direction == "inbound").statement)
        #expect(statements.count == 8)
        var named: [Cell] = []
        for statement in statements {
            let request = PostgRESTRenderer.render(statement, counting: true)
            #expect(request.targetBytes <= PostgRESTRenderer.targetBytesMax)
            #expect(request.query.contains(.init("direction", "eq.inbound")))
            guard case .all(let parts) = statement.condition else { continue }
            for case .isOneOf(_, let values) in parts { named += values }
        }
        #expect(named == ids.map(\.cell))
    }

    @Test("a condition that no splitting makes short enough is refused")
    func tooLong() {
        let text = String(repeating: "ä", count: 1_001)
        #expect { try PostgRESTRenderer.split(Query<Contacts>(limit: 1).filter(\.bio == text).statement) } throws: {
            ($0 as? StoreError)?.code == .failed
        }
    }

    @Test("rows are inserted with their columns named, defaults for the others, and no answer")
    func insert() throws {
        let statement = InsertStatement(
            table: Contacts.definition, columns: ["platform", "username", "email_opted_out"],
            rows: [[.text("twitter"), .text("a\"b"), .null], [.text("x"), .text("ü"), .bool(true)]], conflict: .fail)
        let request = PostgRESTRenderer.render(statement)
        #expect(request.method == .post)
        #expect(request.query == [.init("columns", "platform,username,email_opted_out")])
        #expect(request.prefer == ["return=minimal", "missing=default"])
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"[{"platform":"twitter","username":"a\"b","email_opted_out":null},{"platform":"x","username":"ü","email_opted_out":true}]"#
        )
        // After an answer that was lost, nobody knows whether the rows are in.
        #expect(!request.isRepeatable)
        #expect(request.headers.map(\.name) == ["Accept", "Content-Type", "Prefer"])
    }

    @Test("a conflict is settled on the table's key", arguments: [(Conflict.ignore, "ignore"), (.update, "merge")])
    func conflict(_ conflict: Conflict, word: String) {
        let request = PostgRESTRenderer.render(
            InsertStatement(
                table: Contacts.definition, columns: ["platform", "username"], rows: [[.text("a"), .text("b")]],
                conflict: conflict))
        #expect(request.query.last == .init("on_conflict", "platform,username"))
        #expect(request.prefer.last == "resolution=\(word)-duplicates")
        #expect(request.isRepeatable)
    }

    @Test("an upsert with ids inserts what is missing first, then changes all but the ids")
    func upsertWithIDs() throws {
        let statement = InsertStatement(
            table: Contacts.definition, columns: ["bio", "id", "platform", "username"],
            rows: [[.text("x"), .text("1"), .text("a"), .text("b")]], conflict: .update)
        let (first, then) = try #require(PostgRESTRenderer.completing(statement))
        #expect(first.prefer.contains("resolution=ignore-duplicates") && first.prefer.contains("return=representation"))
        #expect(first.query.contains(.init("select", "id")))
        #expect(then?.query.first == .init("columns", "bio,platform,username"))
        #expect(then?.prefer.contains("resolution=merge-duplicates") == true)
        let byID = InsertStatement(
            table: AgentTasks.definition, columns: ["id", "status"], rows: [], conflict: .update)
        #expect(PostgRESTRenderer.completing(byID) == nil)
    }

    @Test("a change answers with its rows and is repeated only when it leaves its own condition alone")
    func update() throws {
        func request(_ condition: Condition) throws -> PostgRESTRequest {
            let statement = UpdateStatement(
                table: Contacts.definition, set: [("bio", .null), ("pipeline_stage", .text("new"))],
                condition: condition)
            return try #require(try PostgRESTRenderer.render(statement).first)
        }
        let byName = try request(.compare(column: "username", .equal, .text("a")))
        #expect(byName.method == .patch)
        #expect(byName.query.last == .init("username", "eq.a"))
        #expect(byName.prefer == ["return=representation"])
        #expect(String(decoding: byName.body, as: UTF8.self) == #"{"bio":null,"pipeline_stage":"new"}"#)
        #expect(byName.isRepeatable)
        #expect(try !request(.compare(column: "pipeline_stage", .equal, .text("qualified"))).isRepeatable)
        #expect(throws: StoreError.self) { try request(.all([])) }
    }

    @Test("a deletion asks for the number of rows, and is never one of all rows")
    func delete() throws {
        let statement = DeleteStatement(
            table: Contacts.definition, condition: .compare(column: "username", .equal, .text("a")))
        let request = try #require(try PostgRESTRenderer.render(statement).first)
        #expect(request.method == .delete)
        #expect(request.query == [.init("username", "eq.a")])
        #expect(request.prefer == ["return=minimal", "count=exact"])
        #expect(!request.isRepeatable)
        #expect(throws: StoreError.self) {
            try PostgRESTRenderer.render(DeleteStatement(table: Contacts.definition, condition: .any([.all([])])))
        }
    }
}
