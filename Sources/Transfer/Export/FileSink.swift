import Glibc

/// Where an export goes: a file that appears under its name only when it is complete, or an open descriptor.
///
/// A class, because leaving it without ``finish()`` must remove the unfinished file.
final class FileSink {
    private static let capacity = 256 << 10

    private let name: String
    private let descriptor: Int32
    /// The unfinished file and the one it becomes; `nil` when the bytes go straight to their place.
    private let temporary: (path: String, final: String)?
    private let ownsDescriptor: Bool
    private var buffer: [UInt8] = []
    private var isFinished = false

    /// Writes to a descriptor that stays the caller's.
    init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
        temporary = nil
        ownsDescriptor = false
    }

    /// Writes a file beside the final one, to be renamed by ``finish()``. A device or pipe is written straight.
    init(path: String) throws(TransferError) {
        name = path
        ownsDescriptor = true
        var status = stat()
        let exists = stat(path, &status) == 0
        if exists, status.st_mode & S_IFMT == S_IFDIR {
            throw TransferError(.unwritable, file: path, "a directory")
        }
        if exists, status.st_mode & S_IFMT != S_IFREG {
            temporary = nil
            descriptor = open(path, O_WRONLY | O_CLOEXEC)
        } else {
            // A link keeps pointing: the file behind it is replaced.
            let final = exists ? FileSink.resolved(path) : path
            let unfinished = "\(final).\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 16)).tmp"
            temporary = (unfinished, final)
            let mode = exists ? status.st_mode & 0o7777 : 0o666
            descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        }
        guard descriptor >= 0 else { throw .system(.unwritable, file: path) }
    }

    deinit {
        guard ownsDescriptor, descriptor >= 0, !isFinished else { return }
        close(descriptor)
        if let temporary { unlink(temporary.path) }
    }

    /// Appends through `body`; the bytes are written when enough have gathered.
    func append(_ body: (inout [UInt8]) -> Void) throws(TransferError) {
        body(&buffer)
        if buffer.count >= FileSink.capacity { try flush() }
    }

    /// Writes what is left and puts the file in its place.
    func finish() throws(TransferError) {
        try flush()
        guard ownsDescriptor else { return }
        if let temporary {
            guard fsync(descriptor) == 0, rename(temporary.path, temporary.final) == 0 else {
                throw .system(.unwritable, file: name)
            }
        }
        isFinished = true
        guard close(descriptor) == 0 else { throw .system(.unwritable, file: name) }
    }

    private func flush() throws(TransferError) {
        var written = 0
        while written < buffer.count {
            let count = buffer.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, $0.count - written) }
            if count < 0 {
                if errno == EINTR { continue }
                throw .system(.unwritable, file: name)
            }
            written += count
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }
}
