/// An address of a service that knows which of its pieces are secret.
///
/// `description` shows scheme, host and path, never query values and never a secret piece; mirrors show nothing. User names
/// in front of the host, fragments and schemes other than http and https are refused.
public struct HTTPURL: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Scheme, host and port as in `https://api.example.org:8443`; what connections, limits and the circuit breaker are
    /// kept by.
    public let origin: String
    /// Whether TLS is spoken.
    public let isEncrypted: Bool
    /// Percent-encoded: empty, or beginning with a slash.
    private var path: String
    private var shownPath: String
    /// Percent-encoded, without the question mark.
    private var query: String
    /// Pieces to blank wherever they turn up.
    private(set) var secrets: [Secret] = []

    /// Reads an absolute address; a slash at the end of its path is dropped, so that pieces can be appended.
    ///
    /// - Parameters:
    ///   - text: the address, percent-encoded where needed.
    ///   - service: whose address it is, for the error.
    ///   - isPathSecret: the path is a kind of password, as with addresses that anybody may call who knows them.
    /// - Throws: ``HTTPError`` with `badURL`. It says what is wrong without quoting the text, which may hold a secret.
    public init(_ text: String, of service: String, isPathSecret: Bool = false) throws(HTTPError) {
        func bad(_ reason: String) -> HTTPError {
            HTTPError(
                .badURL, service: service, request: "its address", detail: reason, isSafeToRepeat: true)
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw bad("it has a space, a control character or a letter outside ASCII; percent-encode it")
        }
        guard let scheme = ["https://", "http://"].first(where: { text.lowercased().hasPrefix($0) }) else {
            throw bad("it does not begin with https:// or http://")
        }
        guard !text.contains("#") else { throw bad("it has a fragment ('#…'), which is never sent") }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest[authority.endIndex...]
        guard !authority.contains("@") else {
            throw bad("it has a user name or password before the host; secrets go into a header")
        }
        guard HTTPURL.isAuthority(authority) else { throw bad("its host or port is not one") }
        origin = scheme + authority.lowercased()
        isEncrypted = scheme == "https://"
        var path = String(target.prefix { $0 != "?" })
        query = String(target.dropFirst(path.count + 1))
        while path.hasSuffix("/") { path.removeLast() }
        self.path = path
        shownPath = path
        if isPathSecret && !path.isEmpty {
            shownPath = "/…"
            // Each piece by itself: a service that quotes one would give it away.
            secrets = [Secret(path)] + path.split(separator: "/").filter { $0.count >= 8 }.map { Secret(String($0)) }
        }
    }

    /// The address with further segments; a slash within one is percent-encoded.
    public func appending(_ segments: String...) -> HTTPURL {
        var url = self
        for segment in segments {
            let encoded = "/" + HTTPURL.encoded(segment, keeping: "!$&'()*+,;=:@")
            url.path += encoded
            url.shownPath += encoded
        }
        return url
    }

    /// The address with a secret segment, shown as its prefix and `…`.
    /// - Parameter prefix: the beginning of the segment, which may be seen.
    public func appending(_ secret: Secret, prefix: String = "") -> HTTPURL {
        var url = self
        url.path += "/" + HTTPURL.encoded(prefix + secret.revealed, keeping: "!$&'()*+,;=:@")
        url.shownPath += "/" + HTTPURL.encoded(prefix, keeping: "") + "…"
        url.secrets.append(secret)
        return url
    }

    /// The address with parameters behind those it has, names and values percent-encoded (`+` too: some servers read it as
    /// a space). Commas, colons, parentheses and stars stay legible, and short.
    public func appending(query parameters: [(name: String, value: String)]) -> HTTPURL {
        var url = self
        for (name, value) in parameters {
            url.query += url.query.isEmpty ? "" : "&"
            url.query += HTTPURL.encoded(name, keeping: "*(),:") + "=" + HTTPURL.encoded(value, keeping: "*(),:")
        }
        return url
    }

    /// All of it, secrets included: for the wire.
    public var revealed: String { origin + (path.isEmpty ? "/" : path) + (query.isEmpty ? "" : "?" + query) }

    public var description: String { origin + shownPath }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }

    private static func encoded(_ text: String, keeping kept: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                bytes.append(byte)
            default:
                if "-._~".utf8.contains(byte) || kept.utf8.contains(byte) {
                    bytes.append(byte)
                } else {
                    let digits = Array("0123456789ABCDEF".utf8)
                    bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A name or an address, in brackets with colons, and a port.
    private static func isAuthority(_ text: Substring) -> Bool {
        let isBracketed = text.hasPrefix("[")
        let host = isBracketed ? text.dropFirst().prefix { $0 != "]" } : text.prefix { $0 != ":" }
        var rest = text[host.endIndex...]
        if isBracketed {
            guard rest.hasPrefix("]") else { return false }
            rest.removeFirst()
        }
        guard rest.isEmpty || (rest.hasPrefix(":") && UInt16(rest.dropFirst()).map { $0 > 0 } == true) else {
            return false
        }
        return !host.isEmpty
            && host.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                    true
                default: isBracketed && byte == UInt8(ascii: ":")
                }
            }
    }
}
