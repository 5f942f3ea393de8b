/// Where a request comes from, as its header fields tell: keeps other sites' pages from using a person's browser.
enum Provenance {
    /// - Parameters:
    ///   - host: the `Host` field.
    ///   - origin: the `Origin` field; browsers send it with everything but plain navigation.
    ///   - site: the `Sec-Fetch-Site` field.
    ///   - port: where we listen; `nil` on the Unix socket, which no browser reaches.
    /// - Throws: ``Problem`` for another host's name (DNS rebinding) and for another origin.
    static func check(host: String?, origin: String?, site: String?, port: Int?) throws(Problem) {
        guard let host, !host.isEmpty else { throw Problem(.malformed, "the Host field is missing") }
        if let port {
            let names = ["localhost", "127.0.0.1", "[::1]"]
            guard names.flatMap({ [$0, "\($0):\(port)"] }).contains(host.lowercased()) else {
                throw Problem(
                    .misdirected, "the Host is not ours; a proxy in front has to send Host: localhost:\(port)")
            }
        }
        if let origin, origin.lowercased() != "http://\(host.lowercased())" {
            throw Problem(.forbidden, "requests of pages from elsewhere are not answered; the Origin is not ours")
        }
        if let site, site != "same-origin", site != "none" {
            throw Problem(.forbidden, "requests of pages from elsewhere are not answered (Sec-Fetch-Site: \(site))")
        }
    }
}
