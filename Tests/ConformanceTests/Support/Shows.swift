import Testing

/// Marks a test that shows a row of the acceptance sheet. It changes nothing about the test: the page
/// `docs/scheduler-conformance.md` is made from these marks.
struct Shows: TestTrait {
    let rows: [Int]
}

extension Trait where Self == Shows {
    /// - Parameter rows: numbers of the sheet: 1 for B1, 0 for the one without a number.
    static func shows(_ rows: Int...) -> Shows { Shows(rows: rows) }
}
