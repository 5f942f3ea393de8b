/// Reads RFC 4180 record by record. Strict where a guess could change data, and it goes on after a bad record, so that
/// all of them are reported at once.
struct CSVReader {
    /// A field's text within the window, without its quotes.
    struct Field {
        var start: Int
        var end: Int
        var isQuoted = false
        var hasDoubledQuotes = false

        /// Where the field stands in the line, quote included.
        var position: Int { isQuoted ? start - 1 : start }
        var isNull: Bool { !isQuoted && start == end }
    }

    /// What is wrong with the form of a record, at a byte of the window.
    struct Fault {
        let offset: Int
        let message: String
        /// What follows cannot be read any more.
        var endsReading = false
    }

    private enum Scan {
        case record(next: Int)
        case blank(next: Int)
        case needsMore
        case end
    }

    let window: FileWindow
    /// The fields of the record at hand.
    private(set) var fields: [Field] = []
    /// The first fault of the record at hand.
    private(set) var fault: Fault?
    /// The line on which the record at hand begins.
    private(set) var line = 1
    /// True when the record at hand is the file's last and has no line end.
    private(set) var isCutOff = false
    private var next = 0
    private var lineEnds = 0

    init(_ window: FileWindow) { self.window = window }

    /// Passes over a byte-order mark, which some editors write.
    mutating func skipByteOrderMark() throws(TransferError) {
        while window.end < 3, try window.readMore() {}
        if window.bytes.prefix(window.end).starts(with: [0xEF, 0xBB, 0xBF]) { next = 3 }
    }

    /// Moves to the next record; false when there is none. Empty lines are passed over.
    mutating func advance() throws(TransferError) -> Bool {
        if fault?.endsReading == true { return false }
        window.start = next
        line += lineEnds
        while true {
            fields.removeAll(keepingCapacity: true)
            fault = nil
            isCutOff = false
            lineEnds = 0
            switch scan() {
            case .record(let end):
                next = end
                return true
            case .blank(let end):
                line += 1
                window.start = end
            case .end: return false
            case .needsMore:
                if window.isFull {
                    stopAtLimit()
                    return true
                }
                // Also when nothing more comes: the next scan then takes the end of the file into account.
                _ = try window.readMore()
            }
        }
    }

    /// The place of a byte of the record at hand.
    func place(of offset: Int) -> TextPlace {
        TextPlace(line: line, column: 1).advanced(over: window.bytes[window.start..<max(window.start, offset)])
    }

    private mutating func stopAtLimit() {
        let limit = "\(window.recordLimit >> 20) MB"
        if fault == nil, let last = fields.last, last.isQuoted {
            let message = "the quote opened here is not closed within \(limit); the rest of the file was not read"
            fault = Fault(offset: last.position, message: message, endsReading: true)
        } else {
            let message = "the row is longer than \(limit); the rest of the file was not read"
            fault = Fault(offset: window.start, message: message, endsReading: true)
        }
    }

    private mutating func scan() -> Scan {
        let start = window.start
        let end = window.end
        let isAtEnd = window.isAtEnd
        return window.bytes.withUnsafeBufferPointer { bytes in
            scan(UnsafeBufferPointer(rebasing: bytes[..<end]), from: start, isAtEnd: isAtEnd)
        }
    }

    private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, isAtEnd: Bool) -> Scan {
        guard start < bytes.count else { return isAtEnd ? .end : .needsMore }
        if bytes[start] == lineFeed { return .blank(next: start + 1) }
        if bytes[start] == carriageReturn {
            if start + 1 == bytes.count { return isAtEnd ? .end : .needsMore }
            if bytes[start + 1] == lineFeed { return .blank(next: start + 2) }
        }
        var index = start
        while true {
            let isComplete =
                index < bytes.count && bytes[index] == quote
                ? scanQuoted(bytes, at: &index, isAtEnd: isAtEnd) : scanPlain(bytes, at: &index)
            guard isComplete else { return .needsMore }
            if index == bytes.count {
                isCutOff = true
                return isAtEnd ? .record(next: index) : .needsMore
            }
            switch bytes[index] {
            case comma: index += 1
            case lineFeed:
                lineEnds += 1
                return .record(next: index + 1)
            case carriageReturn where index + 1 == bytes.count:
                return isAtEnd ? .record(next: index + 1) : .needsMore
            case carriageReturn where bytes[index + 1] == lineFeed:
                lineEnds += 1
                return .record(next: index + 2)
            default: return skipLine(bytes, at: index, isAtEnd: isAtEnd)
            }
        }
    }

    /// Reads up to the comma or line end behind an unquoted field. Always complete: the caller sees the end of the bytes.
    private mutating func scanPlain(_ bytes: UnsafeBufferPointer<UInt8>, at index: inout Int) -> Bool {
        let start = index
        var at = index
        while at < bytes.count {
            let byte = bytes[at]
            // The comma is the highest of the bytes that matter, so most letters need one comparison.
            if byte <= comma, byte == comma || byte == lineFeed || byte == carriageReturn || byte == quote || byte == 0
            {
                break
            }
            at += 1
        }
        index = at
        fields.append(Field(start: start, end: at))
        return true
    }

    /// Reads a quoted field up to behind its closing quote; false when more bytes are needed to know.
    private mutating func scanQuoted(
        _ bytes: UnsafeBufferPointer<UInt8>, at index: inout Int, isAtEnd: Bool
    ) -> Bool {
        var field = Field(start: index + 1, end: index + 1, isQuoted: true)
        var at = index + 1
        while at < bytes.count {
            let byte = bytes[at]
            if byte > quote {
                at += 1
            } else if byte == quote {
                if at + 1 < bytes.count ? bytes[at + 1] != quote : isAtEnd { break }
                field.hasDoubledQuotes = true
                at += 2
            } else {
                if byte == lineFeed { lineEnds += 1 }
                if byte == 0, fault == nil { fault = Fault(offset: at, message: CSVReader.nul) }
                at += 1
            }
        }
        field.end = min(at, bytes.count)
        fields.append(field)
        if at >= bytes.count {
            guard isAtEnd else { return false }
            fault = Fault(
                offset: field.position,
                message: "the quote opened here is never closed: the file was cut off, or a quote is missing",
                endsReading: true)
            index = bytes.count
            return true
        }
        index = at + 1
        return true
    }

    /// Notes what should not stand at `index` and passes over the rest of the line.
    private mutating func skipLine(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int, isAtEnd: Bool) -> Scan {
        if fault == nil {
            let message =
                switch bytes[index] {
                case 0: CSVReader.nul
                case carriageReturn: "a carriage return without a line feed; lines end in LF or CRLF"
                case _ where fields.last?.isQuoted == true:
                    "text after a closing quote; a quote inside a quoted field is written twice"
                default: "a quote inside an unquoted field; put the field in quotes and write the quote twice"
                }
            fault = Fault(offset: index, message: message)
        }
        guard let lineEnd = bytes[index...].firstIndex(of: lineFeed) else {
            return isAtEnd ? .record(next: bytes.count) : .needsMore
        }
        lineEnds += 1
        return .record(next: lineEnd + 1)
    }

    private static let nul = "a NUL character; text may hold any other"
}

private let comma = UInt8(ascii: ",")
private let quote = UInt8(ascii: "\"")
private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
