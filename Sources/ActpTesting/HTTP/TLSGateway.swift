internal import Foundation

/// TLS before a stand-in server: nghttpx with a certificate of an authority of its own, on a Unix socket.
///
/// HTTP/2 where the client wants it; behind it the stand-in sees HTTP/1.1. Gone with the test process, however that ends.
public final class TLSGateway: Sendable {
    /// Why there is no gateway.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// How the certificate is.
    public struct Certificate: Sendable {
        public var host: String
        public var isExpired: Bool

        public init(host: String = "data.example.org", isExpired: Bool = false) {
            self.host = host
            self.isExpired = isExpired
        }
    }

    /// Whether what it takes is installed; tests that need it say that they were skipped when not.
    public static var isInstalled: Bool {
        [gateway, openssl, faketime].allSatisfy(FileManager.default.isExecutableFile(atPath:))
    }

    /// For the trait that skips a test.
    public static let missing = "a program is missing (Debian: nghttp2-proxy, openssl, faketime)"

    private static let gateway = "/usr/sbin/nghttpx"
    private static let openssl = "/usr/bin/openssl"
    private static let faketime = "/usr/bin/faketime"

    private let directory: TemporaryDirectory
    /// The shell that watches over the gateway waits for the end of this pipe.
    private let lifeline: FileHandle

    /// Where it listens.
    public var unixSocket: String { directory.file("socket") }
    /// The authority that signed its certificate, as PEM.
    public var authority: String { directory.file("ca.pem") }

    /// - Parameter protocols: what it offers in the handshake.
    public init(
        before server: StandInServer, _ certificate: Certificate = Certificate(),
        protocols: [String] = ["h2", "http/1.1"]
    ) throws {
        directory = try TemporaryDirectory()
        try TLSGateway.makeCertificate(certificate, in: directory)
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        let port = server.url.split(separator: ":").last ?? ""
        shell.arguments =
            ["-c", "\"$@\" 2>&1 & pid=$!; trap 'kill $pid' EXIT; exec 3>&1 >/dev/null; cat", "sh"]
            + [
                TLSGateway.gateway, "--conf=/dev/null", "--frontend=unix:\(directory.file("socket"))",
                "--backend=127.0.0.1,\(port)", "--npn-list=\(protocols.joined(separator: ","))", "--workers=1",
                "--single-process", "--accesslog-file=/dev/null", directory.file("key.pem"), directory.file("cert.pem"),
            ]
        let (input, output) = (Pipe(), Pipe())
        shell.standardInput = input
        shell.standardOutput = output
        lifeline = input.fileHandleForWriting
        // No child of another test may hold it open.
        _ = fcntl(lifeline.fileDescriptor, F_SETFD, FD_CLOEXEC)
        try shell.run()
        var said = ""
        while !said.contains("Listening"), case let part = output.fileHandleForReading.availableData, !part.isEmpty {
            said += String(decoding: part, as: UTF8.self)
        }
        guard said.contains("Listening") else { throw Failure(description: "nghttpx did not start: \(said)") }
        // What it says later fits into the pipe, which lives as long as its reader.
        lines = output.fileHandleForReading
    }

    private let lines: FileHandle

    deinit { try? lifeline.close() }

    private static func makeCertificate(_ certificate: Certificate, in directory: TemporaryDirectory) throws {
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        try run(
            [openssl, "req", "-x509"] + key
                + ["-keyout", directory.file("ca.key"), "-out", directory.file("ca.pem"), "-days", "2"]
                + ["-subj", "/CN=Authority of a test"])
        try run(
            [openssl, "req"] + key
                + ["-keyout", directory.file("key.pem"), "-out", directory.file("request.pem")]
                + ["-subj", "/CN=\(certificate.host)"])
        try Data("subjectAltName=DNS:\(certificate.host)\n".utf8)
            .write(to: URL(fileURLWithPath: directory.file("extensions")))
        try run(
            (certificate.isExpired ? [faketime, "2020-01-01 00:00:00"] : [])
                + [openssl, "x509", "-req", "-in", directory.file("request.pem"), "-out", directory.file("cert.pem")]
                + ["-CA", directory.file("ca.pem"), "-CAkey", directory.file("ca.key"), "-CAcreateserial"]
                + ["-days", "2", "-extfile", directory.file("extensions")])
    }

    private static func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: arguments[0])
        process.arguments = Array(arguments.dropFirst())
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "\(arguments[0]): \(String(decoding: said, as: UTF8.self))")
        }
    }
}
