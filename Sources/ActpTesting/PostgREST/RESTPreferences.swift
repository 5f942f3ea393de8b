/// What the `Prefer` headers ask for.
struct RESTPreferences {
    private var values: [String: String] = [:]
    private var unknown: [String] = []

    init(_ headers: [String]) throws {
        for token in headers.flatMap({ $0.split(separator: ",") }) {
            let words = token.split(separator: "=", maxSplits: 1).map {
                $0.trimmingPrefix(" ").split(separator: " ")[0]
            }
            guard words.count == 2, RESTPreferences.isKnown(String(words[0]), String(words[1])) else {
                unknown.append(String(token.trimmingPrefix(" ")))
                continue
            }
            if values[String(words[0])] == nil { values[String(words[0])] = String(words[1]) }
        }
        if isStrict, !unknown.isEmpty {
            throw RESTError(
                400, "PGRST122", "Invalid preferences given with handling=strict",
                details: "Invalid preferences: " + unknown.joined(separator: ", "))
        }
    }

    private static func isKnown(_ name: String, _ value: String) -> Bool {
        switch name {
        case "return": ["minimal", "headers-only", "representation"].contains(value)
        case "resolution": ["merge-duplicates", "ignore-duplicates"].contains(value)
        case "missing": ["default", "null"].contains(value)
        case "count": ["exact", "planned", "estimated"].contains(value)
        case "handling": ["strict", "lenient"].contains(value)
        case "tx": ["commit", "rollback"].contains(value)
        case "max-affected": Int(value) != nil
        case "timezone": true
        default: false
        }
    }

    private var isStrict: Bool { values["handling"] == "strict" }
    var count: String? { values["count"] }
    var returns: String { values["return"] ?? "minimal" }
    var resolution: String? { values["resolution"] }
    var isMissingDefault: Bool { values["missing"] == "default" }
    var affectedMax: Int? { isStrict ? values["max-affected"].flatMap { Int($0) } : nil }

    /// The `Preference-Applied` header: in the real server's order, without what it does not allow.
    func applied(resolution showsResolution: Bool = false) -> [(String, String)] {
        let names = ["resolution", "missing", "return", "count", "handling", "max-affected"]
        let applied = names.filter { $0 != "resolution" || showsResolution }.compactMap { name in
            values[name].map { "\(name)=\($0)" }
        }
        return applied.isEmpty ? [] : [("Preference-Applied", applied.joined(separator: ", "))]
    }
}
