import Glibc
import Web

extension Finding {
    /// Whether the daemon can answer over HTTP where it is told to. Nothing of it keeps the daemon from starting.
    ///
    /// - Parameter isUp: the daemon runs and holds its addresses itself.
    static func web(_ settings: LoadedSettings, isUp: Bool) -> [Finding] {
        let (http, tokens) = (settings.tunables.http, WebTokens(settings))
        var findings = tokens.tooShort.map { name in
            Finding(
                .notable, "http",
                "\(name.rawValue) has fewer than \(WebTokens.bytesMin) characters and is not accepted: openssl rand -hex 16"
            )
        }
        guard !settings.webAddresses.isEmpty else { return findings }
        if !http.socket.isEmpty { findings += socket(http.socket) }
        if http.port != 0 {
            if tokens.accepted.isEmpty {
                findings.append(
                    Finding(.notable, "http", "port \(http.port) answers nobody: \(WebTokens.help(settings))"))
            }
            if !isUp { findings += port(http.port) }
        }
        if findings.isEmpty {
            let places = settings.webAddresses.map(\.description).joined(separator: ", ")
            findings.append(Finding(.good, "http", "answers on \(places)"))
        }
        return findings
    }

    private static func socket(_ path: String) -> [Finding] {
        let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : "."
        if access(folder.isEmpty ? "/" : folder, W_OK | X_OK) != 0 {
            let reason = String(cString: strerror(errno))
            return [Finding(.notable, "http", "no socket can be made in \(folder): \(reason)")]
        }
        // sockaddr_un(7): 108 bytes with the zero at the end.
        if path.utf8.count > 107 {
            return [Finding(.notable, "http", "\(path) is too long for a socket: 107 bytes at most")]
        }
        return []
    }

    private static func port(_ port: Int) -> [Finding] {
        let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result != 0 else { return [] }
        let (reason, holder) = (String(cString: strerror(errno)), PortHolder.name(of: port))
        let by = holder.map { " (held by \($0))" } ?? ""
        return [Finding(.notable, "http", "port \(port) of 127.0.0.1 cannot be had: \(reason)\(by)")]
    }
}

/// Who listens on a port of this machine, as far as the process may see.
enum PortHolder {
    /// As in `nginx, process 812`; `nil` when nobody does, or somebody whose files we may not look at.
    static func name(of port: Int) -> String? {
        let sockets = Set(["tcp", "tcp6"].flatMap { listeners(port, table: "/proc/net/\($0)") })
        guard !sockets.isEmpty else { return nil }
        for process in entries(of: "/proc") where Int(process) != nil {
            let folder = "/proc/\(process)/fd"
            guard entries(of: folder).contains(where: { target(of: "\(folder)/\($0)").map(sockets.contains) ?? false })
            else { continue }
            let name = (try? Files.read("/proc/\(process)/comm")).map { String(decoding: $0, as: UTF8.self) } ?? ""
            return "\(name.filter { $0 != "\n" }), process \(process)"
        }
        return nil
    }

    private static func entries(of folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }

    private static func target(of link: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 256)
        let count = buffer.withUnsafeMutableBufferPointer { bytes in
            bytes.baseAddress.map { readlink(link, $0, bytes.count) } ?? -1
        }
        return count > 0 ? String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }

    /// The sockets that listen on the port, as links to them read.
    private static func listeners(_ port: Int, table path: String) -> [String] {
        guard let table = try? Files.read(path) else { return [] }
        let lines = String(decoding: table, as: UTF8.self).split(separator: "\n").dropFirst()
        return lines.compactMap { line in
            let words = line.split(separator: " ")
            // Local address with its port in hexadecimal digits, state 0A for listening, inode.
            guard words.count > 9, words[3] == "0A", let digits = words[1].split(separator: ":").last,
                Int(digits, radix: 16) == port
            else { return nil }
            return "socket:[\(words[9])]"
        }
    }
}
