import Foundation

/// Prometheus' text format 0.0.4, read strictly: every metric has its help and type before its values, counters are called
/// so, no value is there twice, and the buckets of a histogram add up.
public struct PrometheusScrape: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    private struct Series: Hashable {
        let name: String
        let labels: [String: String]
    }

    private var values: [Series: Double] = [:]
    private var types: [String: String] = [:]
    private var order: [Series] = []

    public subscript(name: String, labels: [String: String]) -> Double? { values[Series(name: name, labels: labels)] }

    /// The metrics' names.
    public var names: [String] { types.keys.sorted() }

    public init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Failure(description: "the last line has no end") }
        var current: (name: String, type: String?) = ("", nil)
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("# HELP ") {
                let name = String(line.dropFirst(7).prefix { $0 != " " })
                guard types[name] == nil else { throw Failure(description: "\(name) is there twice") }
                current = (name, nil)
            } else if line.hasPrefix("# TYPE ") {
                let words = line.split(separator: " ").map(String.init)
                guard words.count == 4, words[2] == current.name, current.type == nil,
                    ["counter", "gauge", "histogram"].contains(words[3])
                else { throw Failure(description: "\(line): no type after its help") }
                guard words[3] != "counter" || words[2].hasSuffix("_total") else {
                    throw Failure(description: "\(words[2]) is a counter without _total")
                }
                current.type = words[3]
                types[words[2]] = words[3]
            } else {
                try read(line, of: current)
            }
        }
        try checkHistograms()
    }

    private mutating func read(_ line: String, of current: (name: String, type: String?)) throws {
        guard let match = line.wholeMatch(of: /([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)/),
            let value = PrometheusScrape.number(String(match.3))
        else { throw Failure(description: "\(line): not a value") }
        let (name, type) = (String(match.1), current.type)
        let suffixes = type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        guard type != nil, suffixes.contains(where: { current.name + $0 == name }) else {
            throw Failure(description: "\(line): a value without its help and type")
        }
        let series = Series(name: name, labels: try match.2.map { try PrometheusScrape.labels(String($0)) } ?? [:])
        guard values.updateValue(value, forKey: series) == nil else {
            throw Failure(description: "\(line): it is there twice")
        }
        order.append(series)
    }

    private static func number(_ text: String) -> Double? {
        switch text {
        case "+Inf": .infinity
        case "-Inf": -.infinity
        case "NaN": .nan
        default: Double(text)
        }
    }

    private static func labels(_ text: String) throws -> [String: String] {
        var labels: [String: String] = [:]
        var rest = Substring(text)
        while true {
            let name = rest.prefix { $0 != "=" }
            guard name.wholeMatch(of: /[a-zA-Z_][a-zA-Z0-9_]*/) != nil, rest.dropFirst(name.count).hasPrefix("=\"")
            else {
                throw Failure(description: "{\(text)}: no label")
            }
            rest = rest.dropFirst(name.count + 2)
            var value = ""
            guard rest.contains("\"") else { throw Failure(description: "{\(text)}: no end of a value") }
            while let letter = rest.popFirst(), letter != "\"" {
                guard letter == "\\" else {
                    value.append(letter)
                    continue
                }
                switch rest.popFirst() {
                case "n": value.append("\n")
                case "\\": value.append("\\")
                case "\"": value.append("\"")
                default: throw Failure(description: "{\(text)}: a strange escape")
                }
            }
            guard labels.updateValue(value, forKey: String(name)) == nil else {
                throw Failure(description: "{\(text)}: a label twice")
            }
            if rest.isEmpty { return labels }
            guard rest.popFirst() == "," else { throw Failure(description: "{\(text)}: no comma") }
        }
    }

    private func checkHistograms() throws {
        for (name, type) in types where type == "histogram" {
            let buckets = Dictionary(grouping: order.filter { $0.name == name + "_bucket" }) { series in
                series.labels.filter { $0.key != "le" }
            }
            for (labels, steps) in buckets {
                let counts = steps.compactMap { values[$0] }
                let limits = steps.compactMap { $0.labels["le"].flatMap(PrometheusScrape.number) }
                let count = self[name + "_count", labels]
                guard counts == counts.sorted(), limits == limits.sorted(), limits.last == .infinity,
                    counts.last == count, self[name + "_sum", labels] != nil
                else { throw Failure(description: "\(name) \(labels): its buckets do not add up") }
            }
        }
    }
}
