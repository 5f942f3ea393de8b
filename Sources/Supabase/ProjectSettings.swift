public import HTTP
internal import JSON
public import Time

/// Why the two settings do not lead to a database: which of them, and what belongs there.
public struct SupabaseSettingMistake: Error, Hashable, Sendable {
    public enum Setting: Hashable, Sendable { case url, key }

    public let setting: Setting
    /// Quotes no key.
    public let message: String
}

extension SupabaseAddress {
    /// Reads the settings as people fill them in, and recognises what was copied from the wrong place: a page of the
    /// dashboard, the address of another interface, a key that sees no row.
    ///
    /// - Parameters:
    ///   - url: `SUPABASE_URL`. The path of the interface may be there or not.
    ///   - key: `SUPABASE_SERVICE_ROLE_KEY`.
    ///   - now: for the end of a key's life.
    public init(url: String, key: Credential, at now: Instant) throws(SupabaseSettingMistake) {
        let address: HTTPURL
        do {
            address = try HTTPURL(url, of: SupabaseAddress.service)
        } catch {
            throw SupabaseSettingMistake(setting: .url, message: error.detail)
        }
        if url.contains("?") {
            throw SupabaseSettingMistake(setting: .url, message: "it has parameters ('?…'); leave them out")
        }
        let place = ProjectPlace(address)
        if let message = place.mistake { throw SupabaseSettingMistake(setting: .url, message: message) }
        if let message = ProjectKey(key.secret).mistake(for: place, at: now) {
            throw SupabaseSettingMistake(setting: .key, message: message)
        }
        self.init(base: place.hasInterface ? address : address.appending("rest", "v1"), key: key)
    }
}

/// An address taken apart as far as the hosted service's habits go.
struct ProjectPlace {
    private let host: Substring
    private let path: Substring
    private let isEncrypted: Bool

    init(_ url: HTTPURL) {
        isEncrypted = url.isEncrypted
        host = url.origin.drop { $0 != "/" }.dropFirst(2).prefix { $0 != ":" }
        path = url.description.dropFirst(url.origin.count)
    }

    /// Whether the path of the interface is there already.
    var hasInterface: Bool { path.hasSuffix("/rest/v1") }

    /// The project's name where the service is the hosted one: `abc` of `abc.supabase.co`.
    var project: Substring? {
        guard host.hasSuffix(".supabase.co"), !host.hasPrefix("db.") else { return nil }
        return host.dropLast(".supabase.co".count)
    }

    /// What belongs there instead; `nil` when nothing is wrong.
    var mistake: String? {
        if ["supabase.com", "www.supabase.com", "app.supabase.com", "app.supabase.io"].contains(host) {
            let parts = path.split(separator: "/")
            let name = parts.firstIndex(of: "project").map { parts[($0 + 1)...] }?.first ?? "PROJECT"
            return "this is a page of the dashboard; the project's address is https://\(name).supabase.co"
        }
        if host.hasPrefix("db."), host.hasSuffix(".supabase.co") {
            return "this is the database server itself; the address of its interface is https://\(host.dropFirst(3))"
        }
        if host.hasSuffix(".pooler.supabase.com") {
            return "this is the database's connection pool; the project's address is https://PROJECT.supabase.co"
        }
        for interface in ["/rest/v1/", "/auth/v1", "/storage/v1", "/functions/v1", "/realtime/v1", "/graphql/v1"] {
            guard let found = path.firstRange(of: interface) else { continue }
            return "leave \(path[found.lowerBound...]) out: the project's address has no path"
        }
        guard let project else { return nil }
        if !path.isEmpty, path != "/rest/v1" { return "leave \(path) out: the project's address has no path" }
        return isEncrypted ? nil : "the key would go unencrypted; set https://\(project).supabase.co"
    }
}

/// A key of the service, as far as it can be told from its form.
struct ProjectKey {
    private let text: String

    init(_ key: Secret) { text = key.revealed }

    private static let right = "take a secret key (sb_secret_…) or the service_role key from the project's API settings"

    /// What is wrong with it; `nil` when nothing is seen. Never quotes it.
    func mistake(for place: ProjectPlace, at now: Instant) -> String? {
        if text.hasPrefix("sb_publishable_") {
            return "this is the publishable key, for which the tables are empty; \(ProjectKey.right)"
        }
        if text.hasPrefix("sbp_") { return "this is a personal access token of the dashboard; \(ProjectKey.right)" }
        if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
            return "this is the database's connection string; \(ProjectKey.right)"
        }
        guard let claims else { return nil }
        switch claims["role"]?.string {
        case "anon": return "this is the anon key, for which the tables are empty; \(ProjectKey.right)"
        case "authenticated": return "this is the token of somebody who signed in; \(ProjectKey.right)"
        default: break
        }
        if let project = place.project, let own = claims["ref"]?.string, own != project {
            return "this key belongs to the project \(own), and SUPABASE_URL is that of \(project)"
        }
        if let end = claims["exp"]?.integer, end < now.seconds {
            return "this key is no longer valid; \(ProjectKey.right)"
        }
        return nil
    }

    /// What a JSON Web Token says of itself; not verified, which is the service's business.
    private var claims: JSON? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = ProjectKey.decoded(parts[1]) else { return nil }
        return try? JSON(parsing: String(decoding: bytes, as: UTF8.self))
    }

    /// base64url without padding (RFC 4648, 5).
    private static func decoded(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in text.utf8 {
            let value: UInt8
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = byte - 65
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = byte - 97 + 26
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte - 48 + 52
            case UInt8(ascii: "-"): value = 62
            case UInt8(ascii: "_"): value = 63
            default: return nil
            }
            bits = (bits << 6 | UInt32(value)) & 0xFFFF
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }
}
