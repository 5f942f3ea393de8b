import Foundation
import JSON
import Testing

@testable import Statistics

/// The reference values: computed by independent libraries, each vector names its own.
struct Vector: Sendable, CustomStringConvertible {
    let name: String
    let kind: String
    let input: JSON
    let expected: JSON
    let tolerance: JSON

    var description: String { name }

    static let all: [Vector] = {
        guard let url = Bundle.module.url(forResource: "Data/decision-vectors", withExtension: "json"),
            let data = try? Data(contentsOf: url),
            let document = try? JSON(parsing: String(decoding: data, as: UTF8.self))
        else { return [] }
        return (document["vectors"]?.array ?? []).map { vector in
            Vector(
                name: vector["name"]?.string ?? "", kind: vector["input"]?["kind"]?.string ?? "",
                input: vector["input"] ?? nil, expected: vector["expected"] ?? nil,
                tolerance: vector["tolerance"] ?? nil)
        }
    }()

    /// Every number, text and truth of `expected` is compared with the one at the same place in `found`; what `found` has
    /// beyond is left alone, what it lacks is a failure.
    func compare(_ found: JSON) { compare(found, expected, at: name) }

    private func compare(_ found: JSON, _ expected: JSON, at place: String) {
        switch expected {
        case .object(let members):
            for (key, value) in members { compare(found[key] ?? "nothing", value, at: "\(place).\(key)") }
        case .array(let elements):
            #expect(found.array?.count == elements.count, "\(place)")
            for (index, pair) in zip(found.array ?? [], elements).enumerated() {
                compare(pair.0, pair.1, at: "\(place)[\(index)]")
            }
        case .integer, .number:
            guard let number = found.double, let wanted = expected.double else {
                Issue.record("\(place): \(found) is no number")
                return
            }
            #expect(abs(number - wanted) <= slack(wanted), "\(place): \(number), not \(wanted)")
        default: #expect(found == expected, "\(place)")
        }
    }

    private func slack(_ wanted: Double) -> Double {
        if tolerance["exact"]?.bool == true { return 0 }
        guard let absolute = tolerance["abs"]?.double, let relative = tolerance["rel"]?.double else { return 0 }
        return absolute + relative * abs(wanted)
    }
}

/// How the members of a vector are read.
extension JSON {
    func number(_ key: String) throws -> Double { try #require(self[key]?.double, "\(key)") }
    func whole(_ key: String) throws -> Int { Int(try #require(self[key]?.integer, "\(key)")) }
    func text(_ key: String) throws -> String { try #require(self[key]?.string, "\(key)") }
    func member(_ key: String) throws -> JSON { try #require(self[key], "\(key)") }
    func numbers(_ key: String) throws -> [Double] { try #require(self[key]?.array, "\(key)").compactMap(\.double) }
    func wholes(_ key: String) throws -> [Int] {
        try #require(self[key]?.array, "\(key)").compactMap(\.integer).map { Int($0) }
    }

    static func numbers(_ values: [Double]) -> JSON { .array(values.map(JSON.number)) }
    static func interval(_ interval: Interval) -> JSON { numbers([interval.lower, interval.upper]) }
}
