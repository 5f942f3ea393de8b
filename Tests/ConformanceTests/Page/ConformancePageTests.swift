import Testing
import Time

/// The page about conformance says what the tests show.
struct ConformancePageTests {
    @Test("every row of the acceptance sheet has a test, and every mark is a row")
    func complete() throws {
        let page = try ConformancePage()
        #expect(page.rows.map(\.number) == Array(0...28))
        let shown = Set(page.marks.flatMap(\.rows))
        #expect(Set(0...28).subtracting(shown).sorted() == [], "rows without a test")
        #expect(shown.subtracting(0...28).sorted() == [], "marks without a row")
        #expect(Set(page.marks.map(\.title)).count == page.marks.count, "titles differ")
    }

    @Test("in every case in which engines differ, ours is Debian cron's answer")
    func divergence() throws {
        let page = try ConformancePage()
        #expect(page.cases.count == 7)
        for c in page.cases { #expect(try ConformancePage.ours(c) == c.expected, "\(c.name)") }
    }

    @Test("the page is what the tests and the code make of it today")
    func golden() throws {
        try Golden.expect(
            try ConformancePage().text(), isFile: Installation.repository + "/docs/scheduler-conformance.md")
    }
}
