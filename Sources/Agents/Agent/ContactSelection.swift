import Records

/// Some contacts, as a condition on the tables whose rows belong to them.
enum ContactSelection: Sendable {
    case listed([RowID])
    /// All there are after one id up to another, in the order of the ids; `nil`: from the first, to the last. Two ids say
    /// what a list of a thousand says, for which a database behind HTTP has to be asked eight times.
    case span(after: RowID?, through: RowID?)

    func rows<T>(_ column: KeyPath<T, Column<RowID>>) -> Predicate<T> {
        switch self {
        case .listed(let ids): .isOneOf(column, ids)
        case .span(let after?, let through?): column > after && column <= through
        case .span(let after?, nil): column > after
        case .span(nil, let through?): column <= through
        case .span(nil, nil): .always
        }
    }
}
