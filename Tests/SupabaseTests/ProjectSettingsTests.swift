import HTTP
import Supabase
import Testing
import Time

/// The two settings as people fill them in.
struct ProjectSettingsTests {
    private static let now = Instant(seconds: 1_800_000_000)
    private static let key = "sb_secret_0123456789abcdef"
    private static let project = "https://abcdefghijklmnopqrst.supabase.co"

    private func mistake(_ url: String, _ key: String = key) -> SupabaseSettingMistake? {
        do {
            _ = try SupabaseAddress(url: url, key: Credential(key), at: ProjectSettingsTests.now)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "the project's address, with the interface's path or without, and a server of one's own are taken",
        arguments: [
            project, project + "/", project + "/rest/v1", project + "/rest/v1/", "http://127.0.0.1:54321",
            "https://data.example.org/supabase", "https://data.example.org/supabase/rest/v1",
        ])
    func taken(_ url: String) { #expect(mistake(url) == nil) }

    @Test(
        "what was copied from elsewhere is recognised, and the right address named where it can be",
        arguments: [
            ("https://supabase.com/dashboard/project/abc/settings/api", "https://abc.supabase.co"),
            ("https://db.abc.supabase.co", "https://abc.supabase.co"),
            ("https://aws-0-eu-central-1.pooler.supabase.com:6543", "connection pool"),
            (project + "/auth/v1", "leave /auth/v1 out"), (project + "/rest/v1/crm_contacts", "leave /rest/v1/"),
            (project + "/project", "leave /project out"), (project + "/?apikey=x", "parameters"),
            ("http://abc.supabase.co", "https://abc.supabase.co"), ("https://user@abc.supabase.co", "user name"),
        ])
    func wrongAddress(_ url: String, _ said: String) throws {
        let found = try #require(mistake(url))
        #expect(found.setting == .url && found.message.contains(said), "\(found.message)")
    }

    /// A token with these claims, as the service makes them.
    private static func token(_ claims: String) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var bits = 0
        var (value, text) = (0, "")
        for byte in claims.utf8 {
            (value, bits) = (value << 8 | Int(byte), bits + 8)
            while bits >= 6 {
                bits -= 6
                text.append(letters[value >> bits & 63])
            }
            value &= 0xFF
        }
        if bits > 0 { text.append(letters[value << (6 - bits) & 63]) }
        return "eyJhbGciOiJIUzI1NiJ9.\(text).c2lnbmF0dXJl"
    }

    @Test(
        "keys that may read and write are taken: the newer secret key, the older service_role, one that is no token",
        arguments: [
            key, token(#"{"role":"service_role","ref":"abcdefghijklmnopqrst","exp":1900000000}"#),
            token(#"{"role":"service_role"}"#), "of-a-server-of-ones-own", "no.json.token",
        ])
    func takenKeys(_ key: String) { #expect(mistake(ProjectSettingsTests.project, key) == nil) }

    @Test(
        "keys of the wrong kind, of another project and of the past are recognised and never quoted",
        arguments: [
            ("sb_publishable_0123456789", "publishable"), ("sbp_0123456789", "personal access token"),
            ("postgresql://postgres:0123456789@db.abc.supabase.co:5432/postgres", "connection string"),
            (token(#"{"role":"anon","ref":"abcdefghijklmnopqrst","n":"0123456789"}"#), "anon key"),
            (token(#"{"role":"authenticated","sub":"Jörg"}"#), "signed in"),
            (token(#"{"role":"service_role","ref":"other"}"#), "the project other"),
            (token(#"{"role":"service_role","ref":"abcdefghijklmnopqrst","exp":1700000000}"#), "no longer valid"),
        ])
    func wrongKey(_ key: String, _ said: String) throws {
        let found = try #require(mistake(ProjectSettingsTests.project, key))
        #expect(found.setting == .key && found.message.contains(said), "\(found.message)")
        #expect(!found.message.contains(key) && !found.message.contains("0123456789"))
    }
}
