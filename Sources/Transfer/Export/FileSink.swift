import FoundationEssentials
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
        // A link keeps pointing: the file behind it is replaced.
        let final = FileSink.resolved(path)
        // Nothing there, or nothing that may be looked at: opening says which.
        let there = try? FileManager.default.attributesOfItem(atPath: final)
        if let there, there[.type] as? FileAttributeType != .typeRegular {
            temporary = nil
            descriptor = open(final, O_WRONLY | O_CLOEXEC)
        } else {
            let unfinished = "\(final).\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 16)).tmp"
            temporary = (unfinished, final)
            let mode = there?[.posixPermissions] as? Int ?? 0o666
            descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode))
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
