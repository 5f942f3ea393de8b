/// A decoded TZif file (RFC 9636): what of it is needed to turn instants into wall-clock time and back.
struct ZoneFile {
    /// Changes of the offset, in time order; a change of the name or of the daylight flag alone is left out.
    private(set) var transitions: [Int64] = []
    /// The offset before the first transition, then the one after each.
    private(set) var offsets: [Int32] = []
    /// The rule for the time after the last transition.
    private(set) var rule: ZoneRule?

    /// Offsets beyond this (26 hours) are refused, as RFC 9636 advises; the searches rely on it.
    static let maxOffset: Int32 = 26 * 3_600

    private struct Flaw: Error { let detail: String }

    private struct Header {
        let version: UInt8
        let counts: (isUT: Int, isStandard: Int, leap: Int, time: Int, type: Int, character: Int)

        init(_ bytes: ArraySlice<UInt8>) throws(Flaw) {
            guard bytes.count >= 44, bytes.starts(with: "TZif".utf8) else { throw Flaw(detail: "not a TZif file") }
            let start = bytes.startIndex
            version = bytes[start + 4]
            func count(_ index: Int) -> Int { Int(ZoneFile.integer(bytes, at: start + 20 + index * 4, width: 4)) }
            counts = (count(0), count(1), count(2), count(3), count(4), count(5))
            // No true file comes near; the limit keeps a broken one from claiming gigabytes.
            guard counts.type > 0, counts.type <= 256, (0...100_000).contains(counts.time),
                (0...100_000).contains(counts.character), (0...1_000).contains(counts.leap),
                (0...256).contains(counts.isUT), (0...256).contains(counts.isStandard)
            else { throw Flaw(detail: "damaged TZif header") }
        }

        func bodySize(timeWidth: Int) -> Int {
            counts.time * (timeWidth + 1) + counts.type * 6 + counts.character + counts.leap * (timeWidth + 4)
                + counts.isStandard + counts.isUT
        }
    }

    init(identifier: String, bytes: [UInt8]) throws(ZoneError) {
        do throws(Flaw) {
            try self.init(bytes: bytes)
        } catch {
            throw ZoneError(.malformed, identifier: identifier, detail: error.detail)
        }
    }

    private init(bytes: [UInt8]) throws(Flaw) {
        var rest = bytes[...]
        var header = try Header(rest)
        var width = 4
        if header.version >= UInt8(ascii: "2") {
            // The first block repeats the data in 32 bits for readers of the last century.
            rest = rest.dropFirst(44 + header.bodySize(timeWidth: 4))
            header = try Header(rest)
            width = 8
        }
        rest = rest.dropFirst(44)
        guard rest.count >= header.bodySize(timeWidth: width) else { throw Flaw(detail: "truncated TZif file") }
        guard header.counts.leap == 0 else { throw Flaw(detail: "it counts leap seconds, which instants do not") }
        try readTransitions(rest, header, width)
        if width == 8 { try readFooter(rest.dropFirst(header.bodySize(timeWidth: width))) }
    }

    private mutating func readTransitions(_ body: ArraySlice<UInt8>, _ header: Header, _ width: Int) throws(Flaw) {
        let times = body.startIndex
        let indexes = times + header.counts.time * width
        let types = indexes + header.counts.time
        func offset(ofType type: Int) throws(Flaw) -> Int32 {
            guard type < header.counts.type else { throw Flaw(detail: "damaged TZif file: there is no type \(type)") }
            let offset = ZoneFile.integer(body, at: types + type * 6, width: 4)
            guard abs(offset) < Int64(ZoneFile.maxOffset) else {
                throw Flaw(detail: "damaged TZif file: an offset of \(offset) s")
            }
            return Int32(offset)
        }
        var current = try offset(ofType: 0)
        offsets.append(current)
        var last = Int64.min
        for index in 0..<header.counts.time {
            let time = ZoneFile.integer(body, at: times + index * width, width: width)
            guard time > last else { throw Flaw(detail: "damaged TZif file: transitions out of order") }
            last = time
            let next = try offset(ofType: Int(body[indexes + index]))
            guard next != current else { continue }
            // Times this far away ("the beginning of time") would overflow what is computed from them.
            transitions.append(max(time, -1 << 50))
            offsets.append(next)
            current = next
        }
    }

    private mutating func readFooter(_ footer: ArraySlice<UInt8>) throws(Flaw) {
        guard footer.first == UInt8(ascii: "\n"), footer.count >= 2, footer.last == UInt8(ascii: "\n") else {
            throw Flaw(detail: "truncated TZif file: no footer")
        }
        let text = footer.dropFirst().dropLast()
        guard !text.isEmpty else { return }
        guard let rule = ZoneRule(posix: text) else {
            throw Flaw(detail: "footer '\(String(decoding: text, as: UTF8.self))' is not a POSIX TZ rule")
        }
        self.rule = rule
    }

    /// A big-endian signed integer.
    private static func integer(_ bytes: ArraySlice<UInt8>, at start: Int, width: Int) -> Int64 {
        var value: UInt64 = 0
        for index in start..<start + width { value = value << 8 | UInt64(bytes[index]) }
        return width == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(bitPattern: value)
    }
}
