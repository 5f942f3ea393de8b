import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// A request as it came.
struct Asked: Sendable {
    var head: HTTPRequest
    /// In the pieces in which it came.
    var body: [[UInt8]] = []
}

/// An answer as it goes out.
struct Answered: Sendable {
    let status: Int
    let headers: HTTPFields
    /// Empty for a stream.
    var body: [UInt8] = []

    init(_ response: Response) async {
        status = response.status.code
        headers = response.headers
        guard headers[.contentType] != "text/event-stream" else { return }
        let collected = BodyCollector()
        try? await response.body.write(collected)
        body = collected.bytes.value.withLock { $0 }
    }
}

private struct BodyCollector: ResponseBodyWriter {
    final class Bytes: Sendable {
        let value = Mutex<[UInt8]>([])
    }

    let bytes = Bytes()

    mutating func write(_ buffer: ByteBuffer) async throws { bytes.value.withLock { $0 += buffer.readableBytesView } }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
