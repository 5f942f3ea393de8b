internal import CLinux
import Glibc

/// A place in a process's memory where root leaves it a file that the process itself may not read.
///
/// The service manager copies credentials for a service when that starts, and (before systemd 258) never again. So
/// `systemctl reload`, whose command runs as root, leaves the newer file here: it touches no disk, shows in no list of
/// processes, and nobody can open it who could not read the process's memory.
public final class HandOver: Sendable {
    /// Why nothing could be left.
    public struct Problem: Error, CustomStringConvertible {
        public let description: String
    }

    /// What is left at most. Files of settings have a few hundred bytes.
    public static let bytesMax = 64 << 10

    /// Before the content: its length, so that half of it is not taken for the whole.
    private static let lengthBytes = 8

    private let descriptor: Int32

    /// - Parameter name: tells this place from others of the process; a few letters.
    /// - Returns: `nil` when the kernel gives no memory for it.
    public init?(_ name: String) {
        descriptor = actpd_memory_file(name)
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// Takes out what was left; `nil` when there is nothing, or not yet the whole.
    public func take() -> [UInt8]? {
        var content = [UInt8](repeating: 0, count: HandOver.lengthBytes + HandOver.bytesMax)
        let count = pread(descriptor, &content, content.count, 0)
        guard count >= HandOver.lengthBytes else { return nil }
        let length = content[..<HandOver.lengthBytes].reduce(0) { $0 << 8 | UInt64($1) }
        guard length == UInt64(count - HandOver.lengthBytes) else { return nil }
        ftruncate(descriptor, 0)
        return Array(content[HandOver.lengthBytes..<count])
    }

    /// Leaves a content in the place of that name of another process, instead of what may still lie there.
    ///
    /// - Throws: ``Problem`` when the process is not there, has no such place, or may not be reached: that needs root.
    public static func leave(_ content: [UInt8], in name: String, of process: Int32) throws(Problem) {
        guard content.count <= bytesMax else {
            throw Problem(description: "\(content.count) bytes are too many, \(bytesMax) may be handed over")
        }
        let descriptor = try open(name, of: process)
        defer { close(descriptor) }
        let length = (0..<lengthBytes).map { UInt8(truncatingIfNeeded: content.count >> (8 * (lengthBytes - 1 - $0))) }
        let bytes = length + content
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
            throw Problem(description: "process \(process) cannot be handed a file: \(reason)")
        }
    }

    /// For tests.
    func cut(to length: Int) throws(Problem) {
        guard ftruncate(descriptor, length) == 0 else { throw Problem(description: HandOver.reason) }
    }

    private static func open(_ name: String, of process: Int32) throws(Problem) -> Int32 {
        let folder = "/proc/\(process)/fd"
        guard let directory = opendir(folder) else {
            throw Problem(description: "\(folder) cannot be listed: \(reason)")
        }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let number = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard target(of: "\(folder)/\(number)") == "/memfd:\(name) (deleted)" else { continue }
            let descriptor = Glibc.open("\(folder)/\(number)", O_RDWR | O_CLOEXEC)
            guard descriptor >= 0 else {
                throw Problem(description: "\(folder)/\(number) cannot be opened: \(reason)")
            }
            return descriptor
        }
        throw Problem(description: "process \(process) is not prepared to be handed a file")
    }

    private static func target(of link: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = buffer.withUnsafeMutableBytes {
            readlink(link, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
        }
        return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
