import JSON
import Testing

@testable import Statistics

/// Every reference vector is reproduced at its own tolerance (decisions a to f).
struct VectorTests {
    static let reproductions: [String: @Sendable (Vector) throws -> JSON] =
        comparisons.merging(samplers) { one, _ in one }

    @Test("the code gives what independent libraries gave", arguments: Vector.all)
    func reproduces(_ vector: Vector) throws {
        guard let reproduction = VectorTests.reproductions[vector.kind] else { return }
        vector.compare(try reproduction(vector))
    }
}
