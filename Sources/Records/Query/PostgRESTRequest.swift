/// A question to PostgREST as a value: everything but the address of the server and the key.
public struct PostgRESTRequest: Hashable, Sendable {
    public enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// A parameter of the address, not percent-encoded yet.
    public struct Parameter: Hashable, Sendable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public let method: Method
    /// The path below the address of the interface: the table's name.
    public let table: String
    /// In the order in which they stand in the address.
    public let query: [Parameter]
    /// The tokens of the `Prefer` header.
    public let prefer: [String]
    /// JSON; empty for a question without one.
    public let body: [UInt8]
    /// Whether it may be sent again when nobody knows whether it arrived: it has the same effect and the same answer once
    /// and many times.
    public let isRepeatable: Bool
    /// The form of the answer.
    private let accept: String

    init(
        _ method: Method, _ table: String, query: [Parameter], prefer: [String] = [], body: [UInt8] = [],
        accept: String = "application/json", isRepeatable: Bool
    ) {
        self.method = method
        self.table = table
        self.query = query
        self.prefer = prefer
        self.body = body
        self.isRepeatable = isRepeatable
        self.accept = accept
    }

    /// What the API says of itself: its root document.
    package static let description = PostgRESTRequest(
        .get, "", query: [], accept: "application/openapi+json", isRepeatable: true)

    /// Whether a table has these columns; no row is read.
    package static func probe(_ table: String, _ columns: [String]) -> PostgRESTRequest {
        PostgRESTRequest(
            .get, table, query: [.init("select", columns.joined(separator: ",")), .init("limit", "0")],
            isRepeatable: true)
    }

    /// What goes into the header beside the key.
    public var headers: [(name: String, value: String)] {
        var headers = [(name: "Accept", value: accept)]
        if !body.isEmpty { headers.append(("Content-Type", "application/json")) }
        if !prefer.isEmpty { headers.append(("Prefer", prefer.joined(separator: ","))) }
        return headers
    }

    /// The percent-encoded length of table and parameters, which is what gateways limit.
    var targetBytes: Int {
        table.utf8.count
            + query.reduce(0) { $0 + 2 + $1.name.encodedBytes + $1.value.encodedBytes }
    }
}

extension String {
    /// How long the text is in an address: letters, digits and `-._~*(),:` stand for themselves, all else takes three
    /// bytes.
    var encodedBytes: Int {
        utf8.reduce(0) { length, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                length + 1
            default: length + ("-._~*(),:".utf8.contains(byte) ? 1 : 3)
            }
        }
    }
}
