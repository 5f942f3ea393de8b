/// What a caller may do; each scope includes those before it.
public enum Scope: Int, CaseIterable, Comparable, Sendable {
    /// Look at everything.
    case read
    /// Also run tasks and cancel runs.
    case run
    /// Also pause, resume and reload.
    case admin

    public static func < (a: Scope, b: Scope) -> Bool { a.rawValue < b.rawValue }

    /// As the document and settings call it.
    public var word: String {
        switch self {
        case .read: "read"
        case .run: "run"
        case .admin: "admin"
        }
    }

    /// The scope and those it includes, as the header `Actpd-Scopes` names them.
    var words: String { Scope.allCases.filter { $0 <= self }.map(\.word).joined(separator: " ") }
}
