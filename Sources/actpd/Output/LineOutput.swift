import Glibc

/// Standard output for much text: written in pieces of some size, and closed once the reader has gone away.
final class LineOutput {
    private static let pieceSize = 65_536
    private var waiting: [UInt8] = []
    /// The reader went away: what is written from now on goes nowhere.
    private(set) var isClosed = false

    init() { waiting.reserveCapacity(LineOutput.pieceSize + 4_096) }

    func write(_ text: String) {
        guard !isClosed else { return }
        waiting.append(contentsOf: text.utf8)
        if waiting.count >= LineOutput.pieceSize { flush() }
    }

    /// To be called at the end.
    func flush() {
        var rest = waiting[...]
        while !rest.isEmpty, !isClosed {
            let written = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if written > 0 { rest = rest.dropFirst(written) } else if errno != EINTR { isClosed = true }
        }
        waiting.removeAll(keepingCapacity: true)
    }
}
