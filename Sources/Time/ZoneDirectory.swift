import Glibc
import Suggestion

/// The files of a zoneinfo directory: reading them, telling whether they changed, and finding a name like another.
struct ZoneDirectory {
    let path: String

    /// What tells one version of a file from another.
    struct Stamp: Hashable {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        /// The bytes of a `timespec`: only ever compared.
        let modified: [UInt8]

        fileprivate init(_ status: stat) {
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
            size = Int64(status.st_size)
            // A release build of Swift 6.3 finds the members of `timespec` in a module that cannot be imported.
            modified = withUnsafeBytes(of: status.st_mtim) { Array($0) }
        }
    }

    enum Failure: Error {
        case missing
        case refused(reason: String)
    }

    static var systemPath: String {
        if let directory = getenv("TZDIR"), directory.pointee != 0 { return String(cString: directory) }
        return "/usr/share/zoneinfo"
    }

    static let namesOfUTC: Set<String> = ["UTC", "Etc/UTC"]

    /// The largest file of the database has 4 kB; more than this is not a zone.
    private static let maxFileSize = 1 << 20

    /// Whether a text can name a zone: components of letters, digits and `+ - _ .`, none of them empty, `.` or `..`.
    static func isValid(_ identifier: String) -> Bool {
        guard (1...255).contains(identifier.utf8.count) else { return false }
        return identifier.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
            part in
            !part.isEmpty && part.first != UInt8(ascii: ".")
                && part.allSatisfy { byte in
                    (48...57).contains(byte) || (97...122).contains(byte | 0x20) || "+-_.".utf8.contains(byte)
                }
        }
    }

    func stamp(_ identifier: String) -> Stamp? {
        var status = stat()
        return stat("\(path)/\(identifier)", &status) == 0 ? Stamp(status) : nil
    }

    func read(_ identifier: String) -> Result<([UInt8], Stamp), Failure> {
        let descriptor = open("\(path)/\(identifier)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            return .failure(errno == ENOENT || errno == ENOTDIR ? .missing : .refused(reason: ZoneDirectory.lastError))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .failure(.refused(reason: ZoneDirectory.lastError)) }
        // `America` is a directory: as a zone it does not exist.
        guard status.st_mode & S_IFMT == S_IFREG else { return .failure(.missing) }
        guard status.st_size <= ZoneDirectory.maxFileSize else { return .failure(.refused(reason: "not a TZif file")) }
        let size = Int(status.st_size)
        var result = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                result = Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), size - count)
                if result < 0, errno == EINTR { continue }
                guard result > 0 else { break }
                count += result
            }
        }
        guard result >= 0 else { return .failure(.refused(reason: ZoneDirectory.lastError)) }
        return .success((bytes, Stamp(status)))
    }

    private static var lastError: String { String(cString: strerror(errno)) }
}

// MARK: - Did you mean

extension ZoneDirectory {
    /// The name in the directory that is most like the given one; `nil` when none is near. Walks the directory, so it is
    /// for errors only.
    func suggestion(for identifier: String) -> String? {
        let wanted = ZoneDirectory.folded(identifier)
        let wantedCity = ZoneDirectory.lastComponent(wanted)
        var best: (name: String, distance: Int)?
        for name in names() {
            let known = ZoneDirectory.folded(name)
            var distance = editDistance(wanted, known)
            // Three letters of seven are no typing error.
            if distance * 3 > wanted.count { distance = .max }
            let city = ZoneDirectory.lastComponent(known)
            let cityDistance = city.count < known.count ? editDistance(wantedCity, city) : .max / 4
            // `Berlin` and `Asia/Berlin` mean `Europe/Berlin`.
            if cityDistance * 4 <= wantedCity.count { distance = min(distance, 1 + cityDistance) }
            if distance < best?.distance ?? 4 { best = (name, distance) }
        }
        return best?.name
    }

    private static func folded(_ name: String) -> [UInt8] {
        name.utf8.map { byte in
            byte == UInt8(ascii: " ") || byte == UInt8(ascii: "-") ? UInt8(ascii: "_") : ZoneDirectory.lowercased(byte)
        }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte | 0x20 : byte }

    private static func lastComponent(_ name: [UInt8]) -> [UInt8] {
        Array(name[(name.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...])
    }

    /// The zones' names, sorted so that equally good suggestions are always the same one.
    private func names() -> [String] {
        var names: [String] = []
        var folders = [""]
        while let folder = folders.popLast() {
            guard let handle = opendir("\(path)/\(folder)") else { continue }
            defer { closedir(handle) }
            while let entry = readdir(handle) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                // Zones begin with a capital letter; `posix`, `right` and the tables do not.
                guard let first = name.utf8.first, (65...90).contains(first), folder.utf8.count < 64 else { continue }
                if Int32(entry.pointee.d_type) == DT_DIR {
                    folders.append("\(folder)\(name)/")
                } else {
                    names.append(folder + name)
                }
            }
        }
        return names.sorted()
    }
}
