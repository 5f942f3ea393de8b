import Foundation
import Testing
import Time

/// The recorded answers of cronsim; `Data/generate.py` explains the lines.
struct CronsimZone: CustomTestStringConvertible, Sendable {
    struct Transition: Hashable, Sendable {
        let seconds: Int64
        let offsetBefore: Int
        let offsetAfter: Int
    }

    struct Row: Sendable {
        let line: Int
        let expression: String
        let start: Int64
        let results: [Int64]
        /// Why cronsim contradicts its own rule here.
        let contradiction: String?
    }

    let name: String
    /// Every change of the offset from 2000 to 2037.
    var transitions: [Transition] = []
    var rows: [Row] = []
    var testDescription: String { name }

    static let all: [CronsimZone] = {
        guard let url = Bundle.module.url(forResource: "Data/cronsim", withExtension: "tsv"),
            let data = try? Data(contentsOf: url)
        else { return [] }
        return parse(String(decoding: data, as: UTF8.self))
    }()

    private static func parse(_ text: String) -> [CronsimZone] {
        var zones: [CronsimZone] = []
        var last: Int64 = 0
        for (number, line) in text.components(separatedBy: "\n").enumerated()
        where !line.isEmpty && !line.hasPrefix("#") {
            var columns = line.components(separatedBy: "\t")
            switch columns[0] {
            case "Z": zones.append(CronsimZone(name: columns[1]))
            case "T":
                last = Int64(columns[1]) ?? 0
                zones[zones.count - 1].transitions.append(
                    Transition(
                        seconds: last, offsetBefore: Int(columns[2]) ?? 0, offsetAfter: Int(columns[3]) ?? 0))
            default:
                let isContradiction = columns[0] == "!"
                if isContradiction { columns.removeFirst() }
                let start = last + (Int64(columns[1]) ?? 0)
                var results: [Int64] = []
                for step in columns[2].components(separatedBy: " ") where !step.isEmpty {
                    results.append((results.last ?? start) + (Int64(step) ?? 0))
                }
                zones[zones.count - 1].rows.append(
                    Row(
                        line: number + 1, expression: columns[0], start: start, results: results,
                        contradiction: isContradiction ? columns[3] : nil))
            }
        }
        return zones
    }
}
