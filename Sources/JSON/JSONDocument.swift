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
    /// The elements that were left for later; see ``init(_:leaving:)``.
    public let left: [JSONExtent]
    private let bytes: [UInt8]

    /// Parses a whole text.
    public init(_ bytes: [UInt8]) throws(JSONError) {
        self.bytes = bytes
        root = try JSONDocument.parse(bytes) { parser throws(JSONParser.Failure) in try parser.document() }
        left = []
    }

    /// Parses a text but for the elements of one array, the root's member `key`: the array is empty, and ``left`` tells
    /// where they stand, for ``node(at:)``. Who knows an element by its bytes already need not have it parsed, and a list
    /// that is read element by element is never in memory as a whole.
    ///
    /// - Throws: what is wrong with the rest, or with an element so that its end cannot be found.
    public init(_ bytes: [UInt8], leaving key: String) throws(JSONError) {
        self.bytes = bytes
        do throws(JSONError) {
            (root, left) = try JSONDocument.parse(bytes) { parser throws(JSONParser.Failure) in
                parser.leaving = key
                return (try parser.document(), parser.left)
            }
        } catch {
            // An element that is cut off shows somewhere behind it; the strict way finds the place.
            _ = try JSONDocument(bytes)
            throw error
        }
    }

    /// Parses an element that was left.
    public func node(at extent: JSONExtent) throws(JSONError) -> JSONNode {
        try JSONDocument.parse(bytes) { parser throws(JSONParser.Failure) in
            parser.position = extent.start
            let node = try parser.value(depth: 2)
            guard parser.position == extent.end else { throw parser.failure("the value ends too soon") }
            return node
        }
    }

    /// Shows the bytes of an element that was left.
    public func withBytes<Result>(of extent: JSONExtent, _ read: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes { read(UnsafeRawBufferPointer(rebasing: $0[extent.start..<extent.end])) }
    }

    private static func parse<Parsed>(
        _ bytes: [UInt8], _ parse: (inout JSONParser) throws(JSONParser.Failure) -> Parsed
    ) throws(JSONError) -> Parsed {
        do throws(JSONParser.Failure) {
            return try bytes.withUnsafeBufferPointer { buffer throws(JSONParser.Failure) in
                var parser = JSONParser(buffer)
                return try parse(&parser)
            }
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
