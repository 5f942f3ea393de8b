import FuzzSupport
import Glibc

/// A file without a disk and without a name, since the importer reads files by their paths.
struct MemoryFile: ~Copyable {
    private let descriptor: Int32

    init(_ bytes: [UInt8]) {
        let name = "/actpd-fuzz-\(getpid())"
        descriptor = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0o600)
        claim(descriptor >= 0 && shm_unlink(name) == 0, "memory can be a file")
        claim(write(descriptor, bytes, bytes.count) == bytes.count, "\(bytes.count) bytes can be kept")
    }

    var path: String { "/proc/self/fd/\(descriptor)" }

    deinit { close(descriptor) }
}
