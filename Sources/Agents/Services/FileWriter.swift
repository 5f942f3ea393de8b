/// Writes files that a task was asked for by name.
public protocol FileWriter: Sendable {
    /// Replaces the file's content.
    /// - Throws: ``TaskError`` that says why the file cannot be written.
    func write(_ text: String, to path: String) throws(TaskError)
}
