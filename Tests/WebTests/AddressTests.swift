import Foundation
import Testing

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

    @Test("a port is one of loopback alone")
    func loopback() async throws {
        try await WebBench.serve { bench in
            let port = String(format: ":%04X", bench.port)
            // proc_pid_net(5): a line for each socket, the second word its own address; 0A listens.
            let own = try ["tcp", "tcp6"].flatMap { table in
                try String(contentsOfFile: "/proc/net/\(table)", encoding: .utf8).split(separator: "\n")
                    .map { $0.split(separator: " ") }.filter { $0[1].hasSuffix(port) && $0[3] == "0A" }.map { $0[1] }
            }
            #expect(own == ["0100007F" + port])
        }
    }
}
