/// The best few of many, kept while they stream by: memory for `limit` elements, never more.
struct TopList<Element> {
    private(set) var elements: [Element] = []
    private let limit: Int
    private let isBetter: (Element, Element) -> Bool

    /// - Parameter isBetter: a strict total order, so that the result does not depend on the order of arrival.
    init(_ limit: Int, by isBetter: @escaping (Element, Element) -> Bool) {
        self.limit = limit
        self.isBetter = isBetter
    }

    var isFull: Bool { elements.count == limit }

    mutating func insert(_ element: Element) {
        guard limit > 0 else { return }
        if isFull, let last = elements.last, !isBetter(element, last) { return }
        let position = elements.firstIndex { isBetter(element, $0) } ?? elements.endIndex
        elements.insert(element, at: position)
        if elements.count > limit { elements.removeLast() }
    }
}
