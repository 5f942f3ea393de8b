import Glibc

/// A file seen through a window that slides forward: the bytes of the record at hand, contiguous, and what was read beyond.
///
/// The window grows only when one record does not fit, and never beyond ``recordLimit`` and one chunk.
final class FileWindow {
    /// No record may be longer, so that a quote that is never closed does not pull the whole file into memory.
    static let usualRecordLimit = 16 << 20
    static let chunk = 256 << 10

    let file: String
    /// The file's size when it was opened.
    let size: Int64
    /// Valid up to ``end``.
    private(set) var bytes: [UInt8]
    private(set) var end = 0
    /// The first byte that is still needed; readers move it forward.
    var start = 0
    private(set) var isAtEnd = false
    /// Bytes that left the window.
    private var passed: Int64 = 0
    private let descriptor: Int32
    let recordLimit: Int

    init(path: String, recordLimit: Int = FileWindow.usualRecordLimit) throws(TransferError) {
        self.recordLimit = recordLimit
        // Not blocking, because opening a named pipe would wait for its writer; for a file it means nothing.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system(.unreadable, file: path) }
        file = path
        bytes = Array(repeating: 0, count: FileWindow.chunk)
        size = Int64(lseek(descriptor, 0, SEEK_END))
        guard size >= 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw TransferError(
                .unreadable, file: path, "a pipe or terminal; a file is needed, because it is read twice")
        }
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Bytes of the file that were consumed so far.
    var position: Int64 { passed + Int64(start) }

    /// True when the record that begins at ``start`` has reached the limit.
    var isFull: Bool { end - start >= recordLimit }

    /// Lets more bytes follow those that are still needed; false at the end of the file.
    func readMore() throws(TransferError) -> Bool {
        guard !isAtEnd else { return false }
        makeRoom()
        let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + end, $0.count - end) }
        if count < 0 {
            if errno == EINTR { return true }
            throw .system(.unreadable, file: file)
        }
        end += count
        isAtEnd = count == 0
        return count > 0
    }

    private func makeRoom() {
        if start > 0 {
            bytes.withUnsafeMutableBytes { _ = memmove($0.baseAddress!, $0.baseAddress! + start, end - start) }
            passed += Int64(start)
            end -= start
            start = 0
        }
        if end == bytes.count {
            // Doubling keeps the cost of scanning a long record again from its start linear.
            let count = min(bytes.count * 2, recordLimit + FileWindow.chunk)
            bytes.append(contentsOf: repeatElement(0, count: count - bytes.count))
        }
    }
}
