import Testing

@testable import HTTP

struct HeaderLineTests {
    static let statuses = ["HTTP/1.1 200 OK\r\n", "HTTP/1.0 404\r\n", "HTTP/2 503 \r\n", "HTTP/1.1 200"]

    @Test("status lines", arguments: statuses)
    func status(_ line: String) { #expect(Array(line.utf8).withUnsafeBytes(HeaderLine.isStatus)) }

    static let others = [
        "HTTP/", "HTTP/ 200 OK", "HTTP/x.y 200 OK", "HTTP/1. 200 OK", "HTTP/1.x 200", "HTTP/11 200", "HTTP/1.1",
        "HTTP/1.1 ",
        "HTTP/1.1 20", "HTTP/1.1 2000 OK", "HTTP/1.1 020 OK", "HTTP/1.1 2x0 OK", "HTTP/1.1  200 OK",
    ]

    @Test("none", arguments: others)
    func noStatus(_ line: String) { #expect(!Array(line.utf8).withUnsafeBytes(HeaderLine.isStatus)) }

    static let fields: [(String, String?, String?)] = [
        ("A: b\r\n", "A", "b"), ("A:b", "A", "b"), ("A:  b c \t\r\n", "A", "b c"), ("A:\r\n", "A", ""),
        ("A: \r\n", "A", ""),
        ("A: b: c\r\n", "A", "b: c"), ("Ä: ö\n", "Ä", "ö"), ("\r\n", nil, nil), ("no field\r\n", nil, nil),
    ]

    @Test("fields", arguments: fields)
    func field(_ line: String, _ name: String?, _ value: String?) {
        let field = Array(line.utf8).withUnsafeBytes(HeaderLine.field)
        #expect(field?.name == name)
        #expect(field?.value == value)
    }
}
