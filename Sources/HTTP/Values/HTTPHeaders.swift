/// The value of a header field. A literal is shown in errors and logs; a secret never is.
public enum HTTPHeaderValue: Hashable, Sendable, ExpressibleByStringInterpolation, CustomStringConvertible {
    case shown(String)
    /// - Parameter prefix: what stands before the secret and is none, as in `Bearer `.
    case secret(Secret, prefix: String = "")

    public init(stringLiteral value: String) { self = .shown(value) }

    /// What goes over the wire.
    var text: String {
        switch self {
        case .shown(let text): text
        case .secret(let secret, let prefix): prefix + secret.revealed
        }
    }

    public var description: String {
        switch self {
        case .shown(let text): text
        case .secret(let secret, let prefix): "\(prefix)\(secret)"
        }
    }
}

/// The header fields of a request or an answer, in their order. Names are compared without regard to case.
public struct HTTPHeaders: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    /// One field as it was written or received.
    public struct Field: Hashable, Sendable {
        public let name: String
        public let value: HTTPHeaderValue
    }

    /// All fields in order; a name may occur more than once.
    public private(set) var fields: [Field] = []

    public init(dictionaryLiteral elements: (String, HTTPHeaderValue)...) {
        for (name, value) in elements { add(name, value) }
    }

    /// Adds a field behind the others; fields of the same name stay.
    public mutating func add(_ name: String, _ value: HTTPHeaderValue) {
        fields.append(Field(name: name, value: value))
    }

    /// The value of the first field of that name, or `nil` when there is none.
    public subscript(name: String) -> String? {
        let name = name.lowercased()
        return fields.first { $0.name.lowercased() == name }?.value.text
    }

    /// The secrets among the values.
    var secrets: [Secret] {
        fields.compactMap { field in
            guard case .secret(let secret, _) = field.value else { return nil }
            return secret
        }
    }

    /// The first name that cannot be sent as it is: no token of RFC 9110 5.6.2, or a value with a line break or a NUL, which
    /// would let a value smuggle in further fields. `nil` when all can.
    var unsendable: String? {
        fields.first { field in
            let isToken = !field.name.isEmpty && field.name.utf8.allSatisfy(HTTPHeaders.isTokenByte)
            return !isToken || field.value.text.utf8.contains { $0 == 10 || $0 == 13 || $0 == 0 }
        }?.name
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
