internal import Synchronization

/// Who may do what: decides by token and by the way in which a request came.
///
/// On the Unix socket whoever may open the file may read; everything else needs a token.
final class AccessRules: Sendable {
    /// How a request came.
    enum Way: Hashable, Sendable {
        case unixSocket
        /// From loopback, and from whom.
        case tcp(peer: String)
    }

    private let held: Mutex<[(scope: Scope, token: Token)]>
    /// The settings that hold tokens, for whoever has none.
    private let help: String

    /// - Parameter help: what is to be set where, for a refusal.
    init(_ tokens: [Scope: String], help: String) {
        held = Mutex(AccessRules.ordered(tokens))
        self.help = help
    }

    /// These tokens, and no others, from now on.
    func replace(_ tokens: [Scope: String]) { held.withLock { $0 = AccessRules.ordered(tokens) } }

    /// The widest first: one text in two settings means the wider one.
    private static func ordered(_ tokens: [Scope: String]) -> [(scope: Scope, token: Token)] {
        tokens.sorted { $0.key > $1.key }.map { ($0.key, Token($0.value)) }
    }

    private var tokens: [(scope: Scope, token: Token)] { held.withLock { $0 } }

    var hasTokens: Bool { !tokens.isEmpty }

    /// The scope that a request has; `nil` without a token where none is given away.
    ///
    /// - Parameter authorization: the header field, if there is one.
    /// - Throws: ``Problem`` for a token that is not ours, and for a field that is none.
    func scope(_ authorization: String?, over way: Way) throws(Problem) -> Scope? {
        guard let authorization else {
            return way == .unixSocket ? .read : nil
        }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw Problem(.unauthorized, "the Authorization field is not of the form: Bearer TOKEN")
        }
        let given = Array(parts[1].utf8)
        // Every token is compared, whichever fits.
        var found: Scope?
        for (scope, token) in tokens where token.isEqual(to: given) && found == nil { found = scope }
        guard let found else {
            throw Problem(.unauthorized, hasTokens ? "the token is not one of ours" : help)
        }
        return found
    }

    /// - Throws: ``Problem`` unless the scope includes what is needed.
    func require(_ needed: Scope, has scope: Scope?) throws(Problem) {
        guard let scope else {
            throw Problem(.unauthorized, hasTokens ? "send a token: Authorization: Bearer TOKEN" : help)
        }
        guard scope >= needed else {
            throw Problem(
                .forbidden, "this needs a token of the scope \(needed.word); the request has \(scope.word) only")
        }
    }
}
