/// A metric with its values, as it stands in Prometheus' text.
public struct MetricFamily: Sendable {
    public enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    public struct Sample: Sendable {
        /// What follows the name, as `_bucket`; usually nothing.
        var suffix = ""
        public let labels: [(name: String, value: String)]
        public let value: Double

        public init(_ value: Double, _ labels: [(name: String, value: String)] = []) {
            self.labels = labels
            self.value = value
        }

        init(_ suffix: String, _ value: Double, _ labels: [(name: String, value: String)]) {
            self.suffix = suffix
            self.labels = labels
            self.value = value
        }
    }

    public let name: String
    public let help: String
    public let kind: Kind
    public let samples: [Sample]

    public init(_ name: String, _ help: String, _ kind: Kind, _ samples: [Sample]) {
        self.name = name
        self.help = help
        self.kind = kind
        self.samples = samples
    }
}

/// Prometheus' text format 0.0.4.
enum PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The families by name; those without a value are left out.
    static func render(_ families: [MetricFamily]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(families.reduce(0) { $0 + 160 + $1.samples.count * 96 })
        for family in families.sorted(by: { $0.name < $1.name }) where !family.samples.isEmpty {
            text += "# HELP \(family.name) \(escaped(family.help, quotes: false))\n".utf8
            text += "# TYPE \(family.name) \(family.kind.rawValue)\n".utf8
            for sample in family.samples { append(sample, of: family, to: &text) }
        }
        return text
    }

    private static func append(_ sample: MetricFamily.Sample, of family: MetricFamily, to text: inout [UInt8]) {
        text += family.name.utf8
        text += sample.suffix.utf8
        var separator = UInt8(ascii: "{")
        for (name, value) in sample.labels {
            text.append(separator)
            separator = UInt8(ascii: ",")
            text += name.utf8
            text += "=\"".utf8
            text += escaped(value, quotes: true).utf8
            text.append(UInt8(ascii: "\""))
        }
        if !sample.labels.isEmpty { text.append(UInt8(ascii: "}")) }
        text.append(UInt8(ascii: " "))
        text += number(sample.value).utf8
        text.append(UInt8(ascii: "\n"))
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        guard text.utf8.contains(where: { $0 == 0x5c || $0 == 0x0a || $0 == 0x22 }) else { return text }
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
