import JSON

/// A measured value and what it is compared with.
struct Figure: Sendable {
    let name: String
    let value: Double
    let unit: Unit
    /// The value must not exceed this, or stay below it, see ``isStrict``; `nil`: for information only.
    let bar: Double?
    /// The bar itself does not meet it (`<` rather than `≤`).
    let isStrict: Bool
    /// How it was measured, if the name does not say.
    let note: String?

    init(
        _ name: String, _ value: Double, _ unit: Unit, atMost bar: Double? = nil, below strict: Double? = nil,
        note: String? = nil
    ) {
        self.name = name
        self.value = value
        self.unit = unit
        self.bar = strict ?? bar
        isStrict = strict != nil
        self.note = note
    }

    enum Unit: String, Sendable {
        case microseconds = "µs"
        case milliseconds = "ms"
        case seconds = "s"
        case bytes = "B"
        case megabytes = "MB"
        case megabytesPerSecond = "MB/s"
        case percent = "%"
        case perSecond = "/s"
        case microsecondsPerSecond = "µs/s"
        case factor = "×"
        case count = ""
    }

    var isMet: Bool? { bar.map { isStrict ? value < $0 : value <= $0 } }

    var verdict: String {
        switch isMet {
        case true: "ok"
        case false: "MISS"
        case nil: ""
        }
    }
}

/// The figures of one benchmark.
struct Section: Sendable {
    let name: String
    let figures: [Figure]

    /// A table of its own: name, value, unit, bar, verdict.
    var text: String {
        let rows = figures.map { figure -> [String] in
            let bar = figure.bar.map { "\(figure.isStrict ? "<" : "≤") \(Figure.shown($0, isBar: true))" } ?? ""
            let note = figure.note.map { "(\($0))" } ?? ""
            return [figure.name, Figure.shown(figure.value), figure.unit.rawValue, bar, figure.verdict, note]
        }
        func width(_ column: Int) -> Int { rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row -> String in
            let cells = [
                row[0].padded(to: max(58, width(0))), row[1].padded(to: 9, right: true), row[2].padded(to: 4),
                row[3].padded(to: 8), row[4].padded(to: 4), row[5],
            ]
            var line = "  " + cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
        return ([name] + lines).joined(separator: "\n")
    }

    var json: [JSON] {
        figures.map { figure in
            [
                "benchmark": .string(name), "name": .string(figure.name), "value": .number(figure.value),
                "unit": .string(figure.unit.rawValue), "bar": figure.bar.map(JSON.number) ?? nil,
                "met": figure.isMet.map(JSON.bool) ?? nil, "note": figure.note.map(JSON.string) ?? nil,
            ]
        }
    }
}

extension Figure {
    /// Three significant digits; a bar as it was set.
    static func shown(_ value: Double, isBar: Bool = false) -> String {
        if value == value.rounded(), isBar || value == 0 { return String(Int(value)) }
        if isBar { return "\(value)" }
        let digits =
            switch abs(value) {
            case ..<10: 3
            case ..<100: 2
            case ..<1_000: 1
            default: 0
            }
        return value.fixed(digits)
    }
}

extension Double {
    /// With so many digits after the point.
    func fixed(_ digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let whole = Int64((abs(self) * scale).rounded())
        let sign = self < 0 && whole > 0 ? "-" : ""
        guard digits > 0 else { return sign + String(whole) }
        let fraction = String(whole % Int64(scale))
        return "\(sign)\(whole / Int64(scale)).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
    }
}

extension String {
    func padded(to width: Int, right: Bool = false) -> String {
        let filling = String(repeating: " ", count: max(0, width - count))
        return right ? filling + self : self + filling
    }
}
