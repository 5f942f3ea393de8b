internal import Hummingbird
internal import JSON
internal import Suggestion
internal import Time

/// The part of an address behind its question mark, read strictly.
struct Query {
    private let values: [String: String]

    /// - Throws: ``Problem`` for a parameter that is not known, is there twice or has no value.
    init(_ request: Request, known: [String]) throws(Problem) {
        var values: [String: String] = [:]
        for (name, value) in request.uri.queryParameters {
            let name = String(name)
            guard known.contains(name) else {
                let hint = name.nearest(in: known).map { ", did you mean \($0)?" } ?? ""
                throw Problem(.malformed, "there is no query parameter \"\(name)\" here\(hint)")
            }
            guard values.updateValue(String(value), forKey: name) == nil else {
                throw Problem(.malformed, "the query parameter \(name) is there twice")
            }
            guard !value.isEmpty else { throw Problem(.malformed, "the query parameter \(name) has no value") }
        }
        self.values = values
    }

    subscript(name: String) -> String? { values[name] }

    func number(_ name: String, in range: ClosedRange<Int>, or usual: Int) throws(Problem) -> Int {
        guard let text = values[name] else { return usual }
        guard let number = Int(text), range.contains(number) else {
            throw Problem(
                .malformed, "\(name): \"\(text)\" is no whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func duration(_ name: String, atMost limit: Duration) throws(Problem) -> Duration? {
        guard let text = values[name] else { return nil }
        guard let duration = Duration(text: text), duration <= limit else {
            throw Problem(
                .malformed, "\(name): \"\(text)\" is not \(Duration.textForm), of \(limit.text) at most")
        }
        return duration
    }

    /// An instant, or a duration before now.
    func since(_ name: String, now: Instant) throws(Problem) -> Instant? {
        guard let text = values[name] else { return nil }
        guard let instant = Duration(text: text).map({ now - $0 }) ?? Instant(iso8601: text) else {
            throw Problem(.malformed, "\(name): \"\(text)\" is neither an ISO 8601 instant nor a duration such as 2h")
        }
        return instant
    }
}

/// A request's body, read strictly.
struct Body {
    private let members: [String: JSON]

    /// - Parameters:
    ///   - bytes: what was sent.
    ///   - known: the members that it may have.
    /// - Throws: ``Problem`` for what is no object, and for a member that is not known.
    init(_ bytes: [UInt8], known: [String]) throws(Problem) {
        let value: JSON
        do {
            value = try JSON(parsing: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw Problem(.malformed, "the body is no JSON: \(error)")
        }
        guard let members = value.object else { throw Problem(.malformed, "the body is \(value.kind), not an object") }
        for name in members.keys.sorted() where !known.contains(name) {
            let hint = name.nearest(in: known).map { ", did you mean \($0)?" } ?? ""
            throw Problem(.malformed, "the body has no member \"\(name)\"\(hint)")
        }
        self.members = members
    }

    func string(_ name: String) throws(Problem) -> String? {
        try member(name, "a text") { $0.string }
    }

    func required(_ name: String) throws(Problem) -> String {
        guard let text = try string(name) else { throw Problem(.malformed, "the body lacks \(name)") }
        return text
    }

    func bool(_ name: String) throws(Problem) -> Bool? { try member(name, "true or false") { $0.bool } }

    func object(_ name: String) throws(Problem) -> [String: JSON]? { try member(name, "an object") { $0.object } }

    private func member<Value>(
        _ name: String, _ kind: String, _ read: (JSON) -> Value?
    ) throws(Problem) -> Value? {
        guard let json = members[name], json != .null else { return nil }
        guard let value = read(json) else { throw Problem(.malformed, "\(name) is \(json.kind), not \(kind)") }
        return value
    }
}
