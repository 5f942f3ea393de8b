import Glibc

/// A directory of our own that is removed at the end, also after an interruption.
struct Scratch: Sendable {
    let path: String

    init(in parent: String) throws {
        var template = Array("\(parent)/actpd-bench.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw BenchError("\(parent): no scratch directory can be made: \(String(cString: strerror(errno)))")
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// A new directory inside.
    func directory(_ name: String) throws -> String {
        let directory = path + "/" + name
        Scratch.remove(directory)
        guard mkdir(directory, 0o700) == 0 else {
            throw BenchError("\(directory) cannot be made: \(String(cString: strerror(errno)))")
        }
        return directory
    }

    /// Writes a file.
    static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else {
            throw BenchError("\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        var text = text
        let written = text.withUTF8 { fwrite($0.baseAddress, 1, $0.count, file) }
        guard fclose(file) == 0, written == text.utf8.count else { throw BenchError("\(path) cannot be written") }
    }

    /// The size of a file in bytes.
    static func size(of path: String) throws -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else { throw BenchError("\(path): \(String(cString: strerror(errno)))") }
        return Int(status.st_size)
    }

    func remove() { Scratch.remove(path) }

    /// Removes a file or a directory with all that is in it; nothing happens when there is none.
    static func remove(_ path: String) {
        if let directory = opendir(path) {
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { remove(path + "/" + name) }
            }
            closedir(directory)
        }
        _ = Glibc.remove(path)
    }
}
