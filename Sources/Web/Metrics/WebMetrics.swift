internal import CoreMetrics
internal import Time

/// What the server counts of itself.
struct WebMetrics: Sendable {
    static let descriptions = [
        PrometheusRegistry.Description("actpd_http_requests_total", "Requests answered, by route and status."),
        PrometheusRegistry.Description(
            "actpd_http_request_duration_seconds", "From a request's head to the beginning of its answer.",
            buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 5, 60]),
    ]

    private let registry: PrometheusRegistry

    init(_ registry: PrometheusRegistry) { self.registry = registry }

    /// - Parameter route: the route's pattern; `nil` for a request that reached none. Never the address itself, of which
    ///   there are as many as callers think of.
    func answered(route: String?, status: Int, took: Duration) {
        let route = route ?? "none"
        Counter(
            label: "actpd_http_requests_total", dimensions: [("code", String(status)), ("route", route)],
            factory: registry
        ).increment()
        CoreMetrics.Timer(
            label: "actpd_http_request_duration_seconds", dimensions: [("route", route)], factory: registry
        ).recordNanoseconds(took.microseconds * 1_000)
    }
}
