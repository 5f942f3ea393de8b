/// Durations as people write them in `schedules.json` and `actpd.json`: `500ms`, `90s`, `10m`, `6h`, `1d`, `1h30m`.
extension Duration {
    private static let units: [(suffix: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    /// What ``init(text:)`` accepts, for error messages.
    public static let textForm = "a number with ms, s, m, h or d, as in 90s, 10m or 1h30m"

    /// Reads whole numbers with a unit each, larger units first, each unit once. `nil` for anything else: no sign, no
    /// fraction, no spaces, no bare number, nothing above 36,500 days.
    public init?(text: String) {
        var rest = Substring(text)
        var total: Int64 = 0
        var remaining = Duration.units[...]
        repeat {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let number = Int64(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let suffix = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(suffix.count)
            guard let index = remaining.firstIndex(where: { $0.suffix == suffix }) else { return nil }
            let (product, overflow) = number.multipliedReportingOverflow(by: remaining[index].milliseconds)
            guard !overflow, product <= 36_500 * 86_400_000 else { return nil }
            total += product
            remaining = remaining[(index + 1)...]
        } while !rest.isEmpty
        guard total <= 36_500 * 86_400_000 else { return nil }
        self = .milliseconds(total)
    }

    /// The shortest text of ``init(text:)``'s form for this duration, exact to the millisecond: `1h30m`, `90s` as `1m30s`.
    public var text: String {
        var rest = milliseconds
        guard rest != 0 else { return "0s" }
        var text = rest < 0 ? "-" : ""
        rest = abs(rest)
        for (suffix, size) in Duration.units where rest >= size {
            text += "\(rest / size)\(suffix)"
            rest %= size
        }
        return text
    }
}
