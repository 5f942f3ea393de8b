public import Scheduling

/// Alerts that a test can read at a glance.
public struct PlainAlertTexts: AlertTexts {
    public init() {}

    public func failure(domain: String, task: String, message: String, failures: Int) -> String {
        "\(task) failed \(failures)x: \(message)"
    }

    public func recovery(domain: String, task: String, failures: Int) -> String { "\(task) recovered from \(failures)" }

    public func paused(schedule: String, message: String, failures: Int) -> String {
        "\(schedule) paused after \(failures)"
    }

    public func unknown(domain: String, task: String, message: String) -> String { "\(task) unknown: \(message)" }
}
