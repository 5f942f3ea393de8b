import Records
import Testing
import Time

struct RowIDTests {
    @Test("ids that are made for instants sort by them to the microsecond, and two for one instant differ")
    func ordered() throws {
        let start = Instant(microseconds: 1_772_442_000_000_000)
        let ids = (0..<3_000).map { RowID(orderedAt: start + .microseconds($0)) }
        let isOrdered = zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 }
        #expect(isOrdered)
        #expect(Set((0..<1_000).map { _ in RowID(orderedAt: start) }).count == 1_000)
        for id in ids {
            let text = Array(id.text)
            #expect(RowID(id.text) == id)
            #expect(text[14] == "7" && "89ab".contains(text[19]), "version and variant of RFC 9562: \(id)")
        }
    }
}
