import JSON
import Testing

@testable import Statistics

/// Every reference vector is reproduced at its own tolerance (decisions a to f).
struct VectorTests {
    static let reproductions = comparisons.merging(samplers) { one, _ in one }.merging(series) { one, _ in one }

    @Test("the code gives what independent libraries gave", arguments: Vector.all)
    func reproduces(_ vector: Vector) throws {
        let reproduction = try #require(
            VectorTests.reproductions[vector.kind], "nothing computes a vector of kind \"\(vector.kind)\"")
        vector.compare(try reproduction(vector))
    }

    @Test("all vectors are there, and each reproduction has one")
    func isComplete() {
        #expect(Vector.all.count == 72)
        #expect(Set(Vector.all.map(\.kind)) == Set(VectorTests.reproductions.keys))
        #expect(VectorTests.reproductions.count == 29)
    }
}
