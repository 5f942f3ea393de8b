public import CoreMetrics
internal import Synchronization

/// swift-metrics' backend: keeps what was counted, by name and labels, until a scrape asks for it.
///
/// Names are Prometheus' own; the unit of times is the second. A histogram has the buckets of its description.
public final class PrometheusRegistry: MetricsFactory {
    /// What a metric means.
    public struct Description: Sendable {
        let name: String
        let help: String
        let buckets: [Double]

        /// - Parameter buckets: upper limits of a histogram's buckets, ascending.
        public init(_ name: String, _ help: String, buckets: [Double] = []) {
            self.name = name
            self.help = help
            self.buckets = buckets
        }
    }

    private struct Family {
        let kind: MetricFamily.Kind
        var cells: [String: Cell] = [:]
    }

    private let descriptions: [String: Description]
    private let families = Mutex<[String: Family]>([:])

    public init(_ descriptions: [Description]) {
        self.descriptions = Dictionary(descriptions.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }

    var collected: [MetricFamily] {
        families.withLock { families in
            families.map { name, family in
                MetricFamily(
                    name, descriptions[name]?.help ?? name, family.kind,
                    family.cells.sorted { $0.key < $1.key }.flatMap(\.value.samples))
            }
        }
    }

    private func cell(
        _ name: String, _ labels: [(String, String)], _ kind: MetricFamily.Kind, _ make: () -> Cell
    ) -> Cell {
        let key = labels.map { "\($0)=\($1)" }.sorted().joined(separator: ",")
        return families.withLock { families in
            if let known = families[name]?.cells[key] { return known }
            let cell = make()
            families[name, default: Family(kind: kind)].cells[key] = cell
            return cell
        }
    }

    private func value(_ name: String, _ labels: [(String, String)], _ kind: MetricFamily.Kind) -> Cell {
        cell(name, labels, kind) { Cell(labels, buckets: nil) }
    }

    private func histogram(_ name: String, _ labels: [(String, String)]) -> Cell {
        cell(name, labels, .histogram) { Cell(labels, buckets: descriptions[name]?.buckets ?? []) }
    }

    // MARK: MetricsFactory

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        value(label, dimensions, .counter)
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        value(label, dimensions, .counter)
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        value(label, dimensions, .gauge)
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate ? histogram(label, dimensions) : value(label, dimensions, .gauge)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions)
    }

    // What was counted stays: a counter that vanishes looks like a restart.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}
}

/// The value, or the distribution, of one set of labels.
private final class Cell: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    private struct State {
        /// The value; of a histogram the sum of what was recorded.
        var sum = 0.0
        var count = 0
        var counts: [Int]
    }

    private let labels: [(name: String, value: String)]
    /// `nil` for a single value.
    private let buckets: [Double]?
    private let state: Mutex<State>

    init(_ labels: [(String, String)], buckets: [Double]?) {
        self.labels = labels.map { (name: $0, value: $1) }
        self.buckets = buckets
        state = Mutex(State(counts: [Int](repeating: 0, count: buckets?.count ?? 0)))
    }

    var samples: [MetricFamily.Sample] {
        let (sum, count, counts) = state.withLock { ($0.sum, $0.count, $0.counts) }
        guard let buckets else { return [.init(sum, labels)] }
        var below = 0
        let steps = zip(buckets, counts).map { limit, inBucket -> MetricFamily.Sample in
            below += inBucket
            return .init("_bucket", Double(below), labels + [(name: "le", value: PrometheusText.number(limit))])
        }
        return steps + [
            .init("_bucket", Double(count), labels + [(name: "le", value: "+Inf")]), .init("_sum", sum, labels),
            .init("_count", Double(count), labels),
        ]
    }

    func increment(by amount: Int64) { increment(by: Double(amount)) }
    func increment(by amount: Double) { state.withLock { $0.sum += amount } }
    func decrement(by amount: Double) { increment(by: -amount) }
    func reset() { set(0.0) }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { state.withLock { $0.sum = value } }
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard let buckets else { return set(value) }
        state.withLock { state in
            state.sum += value
            state.count += 1
            if let place = buckets.firstIndex(where: { value <= $0 }) { state.counts[place] += 1 }
        }
    }
}
