import Foundation
import HTTP
import Testing
import Time

@testable import Web

/// Where the server listens, and for whom.
struct AddressTests {
    @Test("the socket is for its owner and group alone")
    func permissions() async throws {
        try await WebBench.serve { bench in
            let attributes = try FileManager.default.attributesOfItem(atPath: bench.socket)
            #expect(attributes[.posixPermissions] as? Int == 0o660)
        }
    }

    @Test("a port is one of 127.0.0.1 alone")
    func loopback() async throws {
        try await WebBench.serve { bench in
            let client = HTTPClient(time: SystemTime())
            // The whole of 127.0.0.0/8 is this machine: what listens everywhere answers here too.
            let url = try HTTPURL("http://127.0.0.2:\(bench.port)/health", of: "the server")
            await #expect(throws: HTTPError.self) {
                try await client.send(HTTPRequest(.get, url, of: "the server", repetition: .never))
            }
        }
    }
}
