import JSON
import Records
import Time

/// Why a text or a JSON value cannot stand in a column.
struct CellFault: Error {
    let message: String
    /// The byte of the field at which it goes wrong, when it is not the field as a whole.
    var offset = 0

    /// The one sentence of all conversions.
    static func expected(_ allowed: String, not found: String) -> CellFault {
        CellFault(message: "\(allowed) was expected, not \(found)")
    }
}

/// Turns the text of a CSV field into a cell of a column's type.
enum CellDecoder {
    /// - Parameter bytes: the field without quotes; never NULL.
    static func cell(_ bytes: UnsafeBufferPointer<UInt8>, _ type: ColumnType) throws(CellFault) -> Cell {
        switch type {
        case .integer, .bigint:
            guard let integer = wholeNumber(bytes), range(of: type).contains(integer) else {
                throw .expected(allowed(type), not: shown(bytes))
            }
            return .integer(integer)
        case .numeric, .double:
            guard let number = number(bytes) else { throw .expected(allowed(type), not: shown(bytes)) }
            return .number(number)
        default: return try cell(try text(bytes), type)
        }
    }

    private static func cell(_ text: String, _ type: ColumnType) throws(CellFault) -> Cell {
        switch type {
        case .uuid:
            guard let id = RowID(text) else { throw .expected(allowed(type), not: shown(text)) }
            return id.cell
        case .boolean:
            switch text.lowercased() {
            case "true", "t", "1": return .bool(true)
            case "false", "f", "0": return .bool(false)
            default: throw .expected(allowed(type), not: shown(text))
            }
        case .timestamptz:
            guard let instant = Instant(iso8601: text) else { throw .expected(allowed(type), not: shown(text)) }
            return .instant(instant)
        case .jsonb, .texts, .integers:
            do {
                return try cell(try JSONDocument(Array(text.utf8)).root.value, type)
            } catch let error as JSONError {
                throw CellFault(message: "\(allowed(type)) was expected, not \(shown(text)) (\(error))")
            } catch let fault as CellFault {
                throw fault
            } catch {
                throw CellFault(message: "\(error)")
            }
        default: return .text(text)
        }
    }

    /// Turns a JSON value into a cell of a column's type. `null` is the caller's matter.
    static func cell(_ json: JSON, _ type: ColumnType) throws(CellFault) -> Cell {
        let unfit = CellFault.expected(allowed(type), not: shown(json))
        if hasNul(json) { throw CellFault(message: "a NUL character (\\u0000); text may hold any other") }
        switch type {
        case .integer, .bigint:
            guard let integer = json.integer, range(of: type).contains(integer) else { throw unfit }
            return .integer(integer)
        case .numeric, .double:
            guard let number = json.double else { throw unfit }
            return .number(number)
        case .boolean:
            guard let bool = json.bool else { throw unfit }
            return .bool(bool)
        case .text, .uuid, .timestamptz:
            guard let text = json.string else { throw unfit }
            return try cell(text, type)
        case .jsonb: return .json(json)
        case .texts:
            guard let array = json.array else { throw unfit }
            let texts = array.compactMap(\.string)
            guard texts.count == array.count else { throw unfit }
            return .texts(texts)
        case .integers:
            guard let array = json.array else { throw unfit }
            let integers = array.compactMap(\.integer).filter(range(of: .integer).contains)
            guard integers.count == array.count else { throw unfit }
            return .integers(integers)
        }
    }

    /// The field as text; it must be UTF-8.
    static func text(_ bytes: UnsafeBufferPointer<UInt8>) throws(CellFault) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        let offset = UTF8Check.firstInvalid(in: bytes) ?? 0
        throw CellFault(message: notUTF8(bytes[offset]), offset: offset)
    }

    static func notUTF8(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return "the byte 0x\(byte < 16 ? "0" : "")\(digits) is no UTF-8; the file must be UTF-8"
    }

    // MARK: Numbers

    /// PostgreSQL's `integer` has 32 bits, `bigint` 64.
    private static func range(of type: ColumnType) -> ClosedRange<Int64> {
        type == .bigint ? .min ... .max : Int64(Int32.min)...Int64(Int32.max)
    }

    private static func wholeNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard let first = bytes.first else { return nil }
        let isNegative = first == UInt8(ascii: "-")
        var value: Int64 = 0
        var digits = 0
        for byte in bytes.dropFirst(isNegative || first == UInt8(ascii: "+") ? 1 : 0) {
            guard (48...57).contains(byte) else { return nil }
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let digit = Int64(byte - 48)
            let (sum, overflow) = product.subtractingReportingOverflow(digit)
            // Counted downwards, because the smallest number has no positive twin.
            guard !tooLarge, !overflow else { return nil }
            value = sum
            digits += 1
        }
        guard digits > 0, isNegative || value != .min else { return nil }
        return isNegative ? value : -value
    }

    /// Decimal, finite, with an exponent if need be; what else Swift would read (`inf`, `0x1p3`) is refused.
    private static func number(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
        if bytes.count <= 15, let whole = wholeNumber(bytes), whole != 0 { return Double(whole) }
        let isDecimal = bytes.allSatisfy { (48...57).contains($0) || "+-.eE".utf8.contains($0) }
        guard isDecimal, let number = Double(String(decoding: bytes, as: UTF8.self)), number.isFinite else {
            return nil
        }
        return number
    }

    // MARK: Words of the messages

    /// What a column of this type takes.
    private static func allowed(_ type: ColumnType) -> String {
        switch type {
        case .integer, .bigint: "a whole number from \(range(of: type).lowerBound) to \(range(of: type).upperBound)"
        case .numeric, .double: "a finite decimal number such as 12.5"
        case .uuid: "a uuid such as 0190a1b2-0000-4000-8000-000000000000"
        case .boolean: "true or false (also t, f, 1, 0)"
        case .timestamptz: "an instant with its zone such as 2026-03-01T12:00:00Z"
        case .jsonb: "JSON"
        case .texts: "a JSON array of strings"
        case .integers: "a JSON array of whole numbers from \(Int32.min) to \(Int32.max)"
        case .text: "a string"
        }
    }

    private static func shown(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        shown(String(decoding: bytes, as: UTF8.self))
    }

    /// The found text in quotes, on one line and not longer than a line's third.
    static func shown(_ text: String) -> String {
        let limit = 40
        let start = text.prefix(limit)
        let printable = start.unicodeScalars.map { $0.properties.generalCategory == .control ? "·" : String($0) }
        return "\"\(printable.joined())\(start.endIndex == text.endIndex ? "" : "…")\""
    }

    private static func shown(_ json: JSON) -> String {
        if let text = json.string { return shown(text) }
        let text = json.text
        return text.count <= 40 ? text : "\(text.prefix(40))…"
    }

    /// PostgreSQL has no NUL in any text, also not within JSON.
    private static func hasNul(_ json: JSON) -> Bool {
        switch json {
        case .string(let text): text.utf8.contains(0)
        case .array(let elements): elements.contains(where: hasNul)
        case .object(let members): members.contains { $0.key.utf8.contains(0) || hasNul($0.value) }
        default: false
        }
    }
}
