/// Reads the small languages inside the parameters.
struct RESTParser {
    private var rest: Substring

    private init(_ text: String) { rest = text[...] }

    static let operators: [String: String] = [
        "eq": "=", "neq": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "like": "LIKE", "ilike": "ILIKE",
        "match": "~", "imatch": "~*", "is": "IS", "isdistinct": "IS DISTINCT FROM", "in": "IN", "cs": "@>",
        "cd": "<@", "ov": "&&", "sl": "<<", "sr": ">>", "nxr": "&<", "nxl": "&>", "adj": "-|-",
        "fts": "to_tsquery", "plfts": "plainto_tsquery", "phfts": "phraseto_tsquery", "wfts": "websearch_to_tsquery",
    ]

    // MARK: Filters

    /// The value of a filter parameter: `not.in.(a,b)`. Its value goes on to the end.
    static func operation(_ text: String) throws -> RESTOperation {
        var parser = RESTParser(text)
        var operation = try parser.operationHead(text)
        if operation.name == "in" {
            guard parser.take("(") else { throw failure(text, parser.rest) }
            operation.list = try parser.list(until: ")", text)
        } else {
            operation.value = String(parser.rest)
        }
        return operation
    }

    private mutating func operationHead(_ text: String) throws -> RESTOperation {
        let isNegated = take("not.")
        let word = rest.prefix { $0.isLetter }
        guard RESTParser.operators[String(word)] != nil else { throw RESTParser.failure(text, rest) }
        rest = rest[word.endIndex...]
        var operation = RESTOperation(isNegated: isNegated, name: String(word), value: "")
        if take("(") {
            let inside = String(rest.prefix { $0 != ")" })
            rest = rest.dropFirst(inside.count + 1)
            if word.hasSuffix("fts") { operation.language = inside } else { operation.quantifier = inside }
        }
        guard take(".") else { throw RESTParser.failure(text, rest) }
        return operation
    }

    /// `or(a.eq.1,and(b.is.null,c.gt.2))`, `not.and(…)`.
    static func logic(_ text: String) throws -> RESTCondition {
        var parser = RESTParser(text)
        let condition = try parser.condition(text)
        guard parser.rest.isEmpty else { throw failure(text, parser.rest) }
        return condition
    }

    private mutating func condition(_ text: String) throws -> RESTCondition {
        for (word, isAnd) in [("and(", true), ("or(", false)] {
            for (prefix, isNegated) in [("", false), ("not.", true)] where take(prefix + word) {
                var parts: [RESTCondition] = []
                repeat { parts.append(try condition(text)) } while take(",")
                guard take(")") else { throw RESTParser.failure(text, rest) }
                return isAnd ? .all(parts, isNegated: isNegated) : .any(parts, isNegated: isNegated)
            }
        }
        let name = rest.prefix { $0 != "." }
        rest = rest[name.endIndex...].dropFirst()
        var operation = try operationHead(text)
        if operation.name == "in" {
            guard take("(") else { throw RESTParser.failure(text, rest) }
            operation.list = try list(until: ")", text)
        } else if rest.hasPrefix("{") {
            operation.value = String(rest.prefix { $0 != "}" }) + "}"
            rest = rest.dropFirst(operation.value.count)
        } else {
            operation.value = try value(text)
        }
        return .filter(RESTField(String(name)), operation)
    }

    private mutating func list(until end: Character, _ text: String) throws -> [String] {
        if take(String(end)) { return [] }
        var values: [String] = []
        repeat { values.append(try value(text)) } while take(",")
        guard take(String(end)) else { throw RESTParser.failure(text, rest) }
        return values
    }

    /// In quotes, or up to a comma or parenthesis.
    private mutating func value(_ text: String) throws -> String {
        guard take("\"") else {
            let value = rest.prefix { $0 != "," && $0 != ")" }
            rest = rest[value.endIndex...]
            return String(value)
        }
        var value = ""
        while let letter = rest.popFirst() {
            if letter == "\"" { return value }
            if letter == "\\" { value += rest.popFirst().map(String.init) ?? "" } else { value.append(letter) }
        }
        throw RESTParser.failure(text, rest)
    }

    // MARK: Columns

    static func select(_ text: String) throws -> [RESTSelected] {
        var parser = RESTParser(text)
        return try parser.selected()
    }

    private mutating func selected() throws -> [RESTSelected] {
        var items: [RESTSelected] = []
        repeat {
            var item = String(rest.prefix { $0 != "," && $0 != "(" && $0 != ")" })
            rest = rest.dropFirst(item.count)
            var alias: String?
            var cast: String?
            if let double = item.firstRange(of: "::") {
                cast = String(item[double.upperBound...])
                item = String(item[..<double.lowerBound])
            }
            if let colon = item.firstIndex(of: ":") {
                alias = String(item[..<colon])
                item = String(item[item.index(after: colon)...])
            }
            if take("(") {
                if rest.hasPrefix(")"), item.hasSuffix("count") || item.hasSuffix("()") || item.contains(".") {
                    throw RESTError(400, "PGRST123", "Use of aggregate functions is not allowed")
                }
                let inner = rest.hasPrefix(")") ? [] : try selected()
                _ = take(")")
                let words = item.split(separator: "!").map(String.init)
                items.append(
                    .related(
                        name: words[0], alias: alias, hint: words.dropFirst().first { $0 != "inner" && $0 != "left" },
                        isInner: words.contains("inner"), inner))
            } else if item == "*" {
                items.append(.all)
            } else if !item.isEmpty {
                items.append(.field(RESTField(item), alias: alias, cast: cast))
            }
        } while take(",")
        return items
    }

    static func order(_ text: String) throws -> [RESTQuery.Order] {
        try text.split(separator: ",").map { term in
            let words = term.split(separator: ".").map(String.init)
            let directions = ["asc": "ASC", "desc": "DESC", "nullsfirst": "NULLS FIRST", "nullslast": "NULLS LAST"]
            let direction = try words.dropFirst().map { word in
                guard let direction = directions[word] else { throw failure(text, term, "order") }
                return direction
            }
            return RESTQuery.Order(field: RESTField(words[0]), direction: direction.joined(separator: " "))
        }
    }

    // MARK: -

    private mutating func take(_ piece: String) -> Bool {
        guard rest.hasPrefix(piece) else { return false }
        rest = rest.dropFirst(piece.count)
        return true
    }

    /// In the words of the real parser, as far as they are recorded.
    private static func failure(_ text: String, _ rest: Substring, _ kind: String = "filter") -> RESTError {
        let column = text.distance(from: text.startIndex, to: rest.startIndex) + 1
        return RESTError(
            400, "PGRST100", "\"failed to parse \(kind) (\(text))\" (line 1, column \(column))",
            details:
                "unexpected \(rest.first.map { "\"\($0)\"" } ?? "end of input") expecting \"not\" or operator (eq, gt, ...)"
        )
    }
}
