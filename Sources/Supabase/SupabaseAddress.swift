public import HTTP

/// Where the owner's database is and with which key it is asked.
public struct SupabaseAddress: Sendable {
    /// Whom errors name.
    static let service = "Supabase"

    /// The address of PostgREST itself: tables are appended to it.
    let base: HTTPURL
    let key: Credential

    init(base: HTTPURL, key: Credential) {
        self.base = base
        self.key = key
    }

    /// The address of a PostgREST without a gateway before it.
    ///
    /// - Throws: ``HTTPError`` with `badURL`.
    public init(postgrest: String, key: Credential) throws(HTTPError) {
        base = try HTTPURL(postgrest, of: SupabaseAddress.service)
        self.key = key
    }

    /// The key as the service wants it: every key as `apikey`, and one that is a JSON Web Token (the older `service_role`)
    /// as a bearer too. A newer one (`sb_secret_…`) as a bearer would be refused: it has no three parts.
    var credentials: HTTPHeaders {
        let key = key.secret
        var headers: HTTPHeaders = ["apikey": .secret(key)]
        if SupabaseAddress.isToken(key) { headers.add("Authorization", .secret(key, prefix: "Bearer ")) }
        return headers
    }

    /// Whether the key is a JSON Web Token.
    var isToken: Bool { SupabaseAddress.isToken(key.secret) }

    private static func isToken(_ key: Secret) -> Bool {
        key.revealed.split(separator: ".", omittingEmptySubsequences: false).count == 3
    }
}
