/// What is wrong with a JSON text, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// 1-based.
    public let line: Int
    /// 1-based, counted in characters as an editor shows them.
    public let column: Int
    public let message: String

    public var description: String { "line \(line), column \(column): \(message)" }
}

/// A parsed JSON text that still knows where everything stood, so that an error about a value can name its place.
///
/// RFC 8259, strictly: UTF-8, no comments, no trailing commas, no duplicate keys; at most 128 levels deep.
public struct JSONDocument: Sendable {
    public let root: JSONNode
    private let bytes: [UInt8]

    public init(_ bytes: [UInt8]) throws(JSONError) {
        self.bytes = bytes
        var parser = JSONParser(bytes)
        do {
            root = try parser.document()
        } catch {
            throw JSONDocument.error(error.message, at: error.offset, in: bytes)
        }
    }

    /// The 1-based line and column of a node.
    public func place(of node: JSONNode) -> (line: Int, column: Int) { JSONDocument.place(of: node.offset, in: bytes) }

    /// The place of a member's key.
    public func place(of member: JSONMember) -> (line: Int, column: Int) {
        JSONDocument.place(of: member.keyOffset, in: bytes)
    }

    private static func error(_ message: String, at offset: Int, in bytes: [UInt8]) -> JSONError {
        let (line, column) = place(of: offset, in: bytes)
        return JSONError(line: line, column: column, message: message)
    }

    private static func place(of offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
        let before = bytes[..<min(offset, bytes.count)]
        let line = before.count { $0 == 10 } + 1
        let start = before.lastIndex(of: 10).map { $0 + 1 } ?? 0
        // Continuation bytes of UTF-8 do not start a character.
        return (line, before[start...].count { $0 & 0xC0 != 0x80 } + 1)
    }
}

/// A value of a ``JSONDocument`` with its place.
public struct JSONNode: Sendable {
    public enum Content: Sendable {
        case null
        case bool(Bool)
        case integer(Int64)
        case number(Double)
        case string(String)
        case array([JSONNode])
        case object([JSONMember])
    }

    public let content: Content
    /// The byte at which the value begins.
    let offset: Int

    /// The value without its place.
    public var value: JSON {
        switch content {
        case .null: .null
        case .bool(let bool): .bool(bool)
        case .integer(let integer): .integer(integer)
        case .number(let number): .number(number)
        case .string(let string): .string(string)
        case .array(let nodes): .array(nodes.map(\.value))
        case .object(let members):
            .object(Dictionary(members.map { ($0.key, $0.node.value) }, uniquingKeysWith: { first, _ in first }))
        }
    }
}

public struct JSONMember: Sendable {
    public let key: String
    public let node: JSONNode
    let keyOffset: Int
}

extension JSON {
    /// Reads a text that holds one JSON value.
    public init(parsing text: some StringProtocol) throws(JSONError) {
        self = try JSONDocument(Array(text.utf8)).root.value
    }
}
