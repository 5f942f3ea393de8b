/// The lines before an answer's body (RFC 9112 4 and 5), read as bytes: every answer has a dozen of them.
enum HeaderLine {
    /// Whether it is `HTTP/1.1 200 …` or `HTTP/2 200 …`: a version, a space, three digits that begin with 1…9, and then
    /// nothing or a space.
    static func isStatus(_ line: UnsafeRawBufferPointer) -> Bool {
        guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { return false }
        let version = line[5..<space]
        let isVersion =
            (version.count == 1 || (version.count == 3 && version[6] == UInt8(ascii: ".") && isDigit(version[7])))
            && isDigit(line[5])
        let rest = line[(space + 1)...]
        guard isVersion, rest.count >= 3, rest.prefix(3).allSatisfy(isDigit), rest[space + 1] != UInt8(ascii: "0")
        else { return false }
        return rest.dropFirst(3).first.map { isBlank($0) } ?? true
    }

    /// Name and value of a field, the blanks around the value taken away; `nil` for a line without a colon.
    static func field(_ line: UnsafeRawBufferPointer) -> (name: String, value: String)? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let rest = line[(colon + 1)...].drop(while: isBlank)
        let end = rest.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? rest.startIndex
        return (
            String(decoding: line[..<colon], as: UTF8.self),
            String(decoding: rest[rest.startIndex..<end], as: UTF8.self)
        )
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 || byte == 10 }
}
