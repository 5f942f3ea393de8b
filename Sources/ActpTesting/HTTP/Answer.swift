internal import Synchronization

/// What a stand-in server does with a request, step by step. The usual answers are made by the functions below; steps can be
/// put together to anything that a broken server may do.
public struct Answer: Sendable {
    public enum Step: Sendable {
        /// Puts bytes on the wire as they are.
        case send([UInt8])
        /// Waits for real: only where the client's own limit is under test.
        case delay(Duration)
        /// Waits until the test opens the gate.
        case hold(Gate)
        /// Breaks the connection.
        case close
    }

    public var steps: [Step]

    public init(_ steps: [Step]) { self.steps = steps }

    /// An ordinary answer with its length.
    public static func status(
        _ status: Int, headers: [(String, String)] = [], body: some Sequence<UInt8> = [UInt8]()
    ) -> Answer {
        let body = Array(body)
        return Answer([.send(head(status, headers + [("Content-Length", "\(body.count)")]) + body)])
    }

    /// An ordinary answer with a text.
    public static func text(_ text: String, status: Int = 200, headers: [(String, String)] = []) -> Answer {
        .status(status, headers: headers, body: text.utf8)
    }

    /// An answer in JSON.
    public static func json(_ text: String, status: Int = 200, headers: [(String, String)] = []) -> Answer {
        .status(status, headers: [("Content-Type", "application/json")] + headers, body: text.utf8)
    }

    /// In chunks, without a length ahead.
    public static func chunked(_ chunks: [String]) -> Answer {
        var bytes = head(200, [("Transfer-Encoding", "chunked")])
        for chunk in chunks { bytes += Array("\(String(chunk.utf8.count, radix: 16))\r\n\(chunk)\r\n".utf8) }
        return Answer([.send(bytes + Array("0\r\n\r\n".utf8))])
    }

    /// Packed by gzip; the bytes are packed already.
    public static func gzip(_ packed: [UInt8]) -> Answer {
        .status(200, headers: [("Content-Encoding", "gzip")], body: packed)
    }

    /// Promises more than it sends, and breaks off.
    public static func cutOff(after text: String, promised length: Int) -> Answer {
        Answer([.send(head(200, [("Content-Length", "\(length)")]) + Array(text.utf8)), .close])
    }

    /// Something that is not HTTP.
    public static func garbage(_ text: String) -> Answer { Answer([.send(Array(text.utf8)), .close]) }

    /// Nothing, for ever.
    public static let silence = Answer([])

    /// Nothing, and the connection breaks.
    public static let hangUp = Answer([.close])

    /// The same after the gate was opened.
    public func held(by gate: Gate) -> Answer { Answer([.hold(gate)] + steps) }

    /// The same after a real pause.
    public func delayed(by duration: Duration) -> Answer { Answer([.delay(duration)] + steps) }

    private static func head(_ status: Int, _ headers: [(String, String)]) -> [UInt8] {
        let lines = ["HTTP/1.1 \(status) Scripted"] + headers.map { "\($0.0): \($0.1)" }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
}

/// A door that a test opens once; whoever came before and whoever comes after passes.
public final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    public init() {}

    public func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for pass in waiting { pass() }
    }

    /// Waits until it is open.
    public func passed() async {
        await withCheckedContinuation { continuation in whenOpen { continuation.resume() } }
    }

    func whenOpen(_ pass: @escaping @Sendable () -> Void) {
        let isOpen = state.withLock { state in
            if !state.isOpen { state.waiting.append(pass) }
            return state.isOpen
        }
        if isOpen { pass() }
    }
}
