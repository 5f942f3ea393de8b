import JSON
import Time

/// Conditions in the words of PostgREST: `score=gte.65`, `or=(a.eq.1,b.is.null)`.
enum PostgRESTFilter {
    /// The parameters that together mean the condition; none for one that is true of every row. The condition must be
    /// ``Condition/simplified`` and match something.
    static func parameters(_ condition: Condition) -> [PostgRESTRequest.Parameter] {
        switch condition {
        case .all(let conditions): conditions.flatMap(parameters)
        case .any(let conditions): [.init("or", "(" + conditions.map(term).joined(separator: ",") + ")")]
        case .compare(let column, let comparison, let value):
            // Here a value goes on to the end of the parameter, and quotes would be part of it.
            [.init(column, "\(word(comparison)).\(text(value))")]
        case .isNull(let column): [.init(column, "is.null")]
        case .isNotNull(let column): [.init(column, "not.is.null")]
        case .isOneOf(let column, let values): [.init(column, "in.\(list(values))")]
        }
    }

    /// A condition inside `or=(…)`, where commas and parentheses part it from the next.
    private static func term(_ condition: Condition) -> String {
        switch condition {
        case .all(let conditions): "and(" + conditions.map(term).joined(separator: ",") + ")"
        case .any(let conditions): "or(" + conditions.map(term).joined(separator: ",") + ")"
        case .compare(let column, let comparison, let value): "\(column).\(word(comparison)).\(quoted(text(value)))"
        case .isNull(let column): "\(column).is.null"
        case .isNotNull(let column): "\(column).not.is.null"
        case .isOneOf(let column, let values): "\(column).in.\(list(values))"
        }
    }

    private static func word(_ comparison: Comparison) -> String {
        switch comparison {
        case .equal: "eq"
        case .notEqual: "neq"
        case .less: "lt"
        case .atMost: "lte"
        case .greater: "gt"
        case .atLeast: "gte"
        }
    }

    private static func list(_ values: [Cell]) -> String {
        "(" + values.map { quoted(text($0)) }.joined(separator: ",") + ")"
    }

    /// A value in a list: in double quotes unless it is a plain word, since anything else may end it.
    static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isPlain && !text.isEmpty ? text : enquoted(text)
    }

    private static func enquoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// A value as PostgreSQL reads it. Instants end in `Z`: a `+` would have to survive every decoder on the way.
    static func text(_ cell: Cell) -> String {
        switch cell {
        case .null: "null"
        case .bool(let bool): bool ? "true" : "false"
        case .integer(let integer): String(integer)
        case .number(let number): "\(number)"
        case .text(let text): text
        case .instant(let instant): instant.iso8601Precise
        case .json(let json): json.text
        case .texts(let texts): "{" + texts.map(enquoted).joined(separator: ",") + "}"
        case .integers(let integers): "{" + integers.map(String.init).joined(separator: ",") + "}"
        }
    }
}

extension Condition {
    /// Matches no row.
    static var never: Condition { .any([]) }

    /// The same rows in fewer words: `all` within `all` and `any` within `any` are dissolved, lists name each value once,
    /// and what is true of every row or of none stands only as `.all([])` or `.any([])`.
    var simplified: Condition {
        switch self {
        // In SQL nothing compares with NULL, not even NULL.
        case .compare(_, _, .null): return .never
        case .compare, .isNull, .isNotNull: return self
        case .isOneOf(let column, let values):
            // By their bytes: to Swift an accent of its own and a letter that has one are the same, to PostgreSQL not.
            var seen: Set<[UInt8]> = []
            let kept = values.filter { $0 != .null && seen.insert(Array(PostgRESTFilter.text($0).utf8)).inserted }
            return kept.isEmpty ? .never : .isOneOf(column: column, kept)
        case .all(let conditions):
            let parts = conditions.map(\.simplified).flatMap { part in
                if case .all(let inner) = part { inner } else { [part] }
            }
            if parts.contains(.never) { return .never }
            return parts.count == 1 ? parts[0] : .all(parts)
        case .any(let conditions):
            let parts = conditions.map(\.simplified).flatMap { part in
                if case .any(let inner) = part { inner } else { [part] }
            }
            if parts.contains(.all([])) { return .all([]) }
            return parts.count == 1 ? parts[0] : .any(parts)
        }
    }

    /// The columns that it looks at.
    var columns: Set<String> {
        switch self {
        case .compare(let column, _, _), .isNull(let column), .isNotNull(let column), .isOneOf(let column, _): [column]
        case .all(let conditions), .any(let conditions): conditions.reduce(into: []) { $0.formUnion($1.columns) }
        }
    }
}
