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

    /// The 1-based line and column of a node. Counts from the file's beginning; for many places take ``lines``.
    public func place(of node: JSONNode) -> (line: Int, column: Int) { JSONDocument.place(of: node.offset, in: bytes) }

    /// The place of a member's key.
    public func place(of member: JSONMember) -> (line: Int, column: Int) {
        JSONDocument.place(of: member.keyOffset, in: bytes)
    }

    /// Where the lines begin, for looking up many places.
    public var lines: JSONLines { JSONLines(bytes) }

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

/// The lines of a ``JSONDocument``, found once.
public struct JSONLines: Sendable {
    /// The bytes at which all lines but the first begin.
    private let starts: [Int]

    fileprivate init(_ bytes: [UInt8]) {
        starts = bytes.indices.lazy.filter { bytes[$0] == 10 }.map { $0 + 1 }
    }

    /// The 1-based line on which a value begins.
    public func number(of node: JSONNode) -> Int { number(at: node.offset) }

    /// The 1-based line of a member's key.
    public func number(of member: JSONMember) -> Int { number(at: member.keyOffset) }

    private func number(at offset: Int) -> Int {
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle + 1 } else { high = middle }
        }
        return low + 1
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

    /// The member of an object; `nil` when there is none or this is no object.
    public subscript(key: String) -> JSONNode? {
        guard case .object(let members) = content else { return nil }
        return members.first { $0.key == key }?.node
    }

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
