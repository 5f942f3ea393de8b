import ActpTesting
import CoreMetrics
import HTTP
import Testing

@testable import Web

/// Prometheus' text, read as strictly as Prometheus reads it.
struct MetricsTests {
    @Test("what the server writes can be read, and counts what was asked by route, not by address")
    func scrape() async throws {
        try await WebBench.serve { bench in
            for number in 0..<5 { _ = try await bench.ask(.get, "/api/runs/\(number)") }
            _ = try await bench.ask(.get, "/nowhere/\(1)")
            for _ in 0..<2 { _ = try await bench.ask(.get, "/health", token: "guess") }
            let answer = try await bench.ask(.get, "/metrics")
            #expect(answer.type == PrometheusText.contentType)
            let scrape = try PrometheusScrape(answer.text)
            #expect(scrape["actpd_http_requests_total", ["code": "200", "route": "/api/runs/{id}"]] == 5)
            #expect(scrape["actpd_http_request_duration_seconds_count", ["route": "/api/runs/{id}"]] == 5)
            #expect(scrape["actpd_up", [:]] == 1)
            #expect(scrape["actpd_http_requests_total", ["code": "404", "route": "NotFound"]] == 1)
            #expect(scrape["actpd_http_requests_total", ["code": "401", "route": "none"]] == 2)
            #expect(!answer.text.contains("/nowhere"))
        }
    }

    @Test("values, help and labels with every awkward character come out as they went in")
    func escaping() throws {
        let awkward = "a\\b\"c\nd,e}f=é"
        let text = PrometheusText.render([
            MetricFamily(
                "actpd_awkward", "with \\ and\na new line", .gauge,
                [.init(1.5, [("label", awkward)]), .init(-0.25), .init(.infinity, [("label", "x")])])
        ])
        let scrape = try PrometheusScrape(String(decoding: text, as: UTF8.self))
        #expect(scrape["actpd_awkward", ["label": awkward]] == 1.5)
        #expect(scrape["actpd_awkward", [:]] == -0.25)
        #expect(scrape["actpd_awkward", ["label": "x"]] == .infinity)
    }

    @Test("swift-metrics' kinds are Prometheus' kinds; buckets add up")
    func kinds() throws {
        let registry = PrometheusRegistry([.init("h_seconds", "H.", buckets: [0.1, 1])])
        Counter(label: "c_total", dimensions: [("a", "b")], factory: registry).increment(by: 3)
        Counter(label: "c_total", dimensions: [("a", "b")], factory: registry).increment(by: 4)
        FloatingPointCounter(label: "f_total", dimensions: [], factory: registry).increment(by: 0.5)
        Gauge(label: "g", dimensions: [], factory: registry).record(7)
        let meter = Meter(label: "m", dimensions: [], factory: registry)
        meter.set(5.0)
        meter.decrement(by: 2)
        let timer = CoreMetrics.Timer(label: "h_seconds", dimensions: [], factory: registry)
        for milliseconds in [50, 100, 500, 2_000] { timer.recordNanoseconds(Int64(milliseconds) * 1_000_000) }
        let scrape = try PrometheusScrape(String(decoding: PrometheusText.render(registry.collected), as: UTF8.self))
        #expect(scrape["c_total", ["a": "b"]] == 7)
        #expect(scrape["f_total", [:]] == 0.5)
        #expect(scrape["g", [:]] == 7)
        #expect(scrape["m", [:]] == 3)
        #expect(scrape["h_seconds_bucket", ["le": "0.1"]] == 2)
        #expect(scrape["h_seconds_bucket", ["le": "1"]] == 3)
        #expect(scrape["h_seconds_bucket", ["le": "+Inf"]] == 4)
        #expect(scrape["h_seconds_sum", [:]] == 2.65)
        #expect(scrape["h_seconds_count", [:]] == 4)
    }

    @Test(
        "the strict reader finds what Prometheus would refuse",
        arguments: [
            "a 1\n", "# TYPE a gauge\na 1", "# HELP a A.\n# TYPE a gauge\na one\n",
            "# HELP a A.\n# TYPE a gauge\na{b=\"c} 1\n", "# HELP a A.\n# TYPE a gauge\na 1\na 2\n",
            "# HELP a A.\n# TYPE a nothing\na 1\n", "# HELP a A.\n# TYPE a counter\na 1\n",
            "# HELP h H.\n# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n",
        ])
    func strict(_ text: String) {
        #expect(throws: PrometheusScrape.Failure.self) { try PrometheusScrape(text) }
    }
}
