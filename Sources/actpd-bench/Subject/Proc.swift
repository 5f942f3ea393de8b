import Glibc

/// What the kernel says about a process.
enum Proc {
    /// A whole file of `/proc`; empty when it cannot be read.
    static func text(_ path: String) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while case let count = read(descriptor, &buffer, buffer.count), count > 0 {
            content.append(contentsOf: buffer[..<count])
        }
        return String(decoding: content, as: UTF8.self)
    }

    /// The number after a key such as `VmRSS:`.
    static func number(_ key: String, in text: String) -> Int? {
        let line = text.split(separator: "\n").first { $0.hasPrefix(key + ":") }
        return line?.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) }
    }

    /// Resident memory in megabytes (10⁶ bytes): all of it, and the part no file stands behind.
    static func memory(of process: pid_t) -> (resident: Double, anonymous: Double) {
        let status = text("/proc/\(process)/status")
        func megabytes(_ key: String) -> Double { Double(number(key, in: status) ?? 0) * 1_024 / 1e6 }
        return (megabytes("VmRSS"), megabytes("RssAnon"))
    }

    /// Processor time in seconds, user and system, in the steps of the kernel's clock (usually 10 ms).
    static func processorSeconds(of process: pid_t) -> Double {
        // The name in parentheses may contain anything; the fields are counted from behind it.
        let fields = text("/proc/\(process)/stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Processor time in seconds that the living threads have used, to the nanosecond: for a process that does next to
    /// nothing. 0 where the kernel keeps no such accounts.
    static func fineProcessorSeconds(of process: pid_t) -> Double {
        threads(of: process).reduce(0) { sum, thread in
            let account = text("/proc/\(process)/task/\(thread)/schedstat").split(separator: " ")
            return sum + (account.first.flatMap { Double($0) } ?? 0) / 1e9
        }
    }

    /// How often each thread was put aside so far, voluntarily or not: for a sleeping process, how often it woke.
    static func switches(of process: pid_t) -> [pid_t: Int] {
        var switches: [pid_t: Int] = [:]
        for thread in threads(of: process) {
            let status = text("/proc/\(process)/task/\(thread)/status")
            guard let voluntary = number("voluntary_ctxt_switches", in: status),
                let forced = number("nonvoluntary_ctxt_switches", in: status)
            else { continue }
            switches[thread] = voluntary + forced
        }
        return switches
    }

    private static func threads(of process: pid_t) -> [pid_t] {
        guard let directory = opendir("/proc/\(process)/task") else { return [] }
        defer { closedir(directory) }
        var threads: [pid_t] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let thread = pid_t(name) { threads.append(thread) }
        }
        return threads
    }
}
