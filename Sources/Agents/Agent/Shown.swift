import JSON
import Records
import Time

/// Rows as they appear in a task's result: an object of column names, as `actpd export` would have them.
extension Row {
    var shown: JSON {
        .object(
            Dictionary(
                zip(T.definition.columns, cells).map { ($0.name, $1.shown) }, uniquingKeysWith: { $1 }))
    }
}

extension Draft {
    var shown: JSON { .object(cells.mapValues(\.shown)) }
}

extension Cell {
    fileprivate var shown: JSON {
        switch self {
        case .null: .null
        case .bool(let bool): .bool(bool)
        case .integer(let integer): .integer(integer)
        case .number(let number): .number(number)
        case .text(let text): .string(text)
        case .instant(let instant): .string(instant.iso8601)
        case .json(let json): json
        case .texts(let texts): JSON(texts)
        case .integers(let integers): .array(integers.map(JSON.integer))
        }
    }
}

extension JSON {
    /// An object with a member more.
    func with(_ key: String, _ value: JSON) -> JSON {
        var members = object ?? [:]
        members[key] = value
        return .object(members)
    }

    /// An object without a member.
    func without(_ key: String) -> JSON {
        var members = object ?? [:]
        members[key] = nil
        return .object(members)
    }
}
