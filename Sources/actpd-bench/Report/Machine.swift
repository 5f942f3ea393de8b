import Glibc
import JSON

/// Where the figures come from: without it they mean nothing.
struct Machine: Sendable {
    let processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    /// Load averages at the start: above the number of processors, somebody else was at work, and figures are too high.
    let load = Proc.text("/proc/loadavg").split(separator: " ").prefix(3).joined(separator: " ")
    let kernel = Proc.text("/proc/sys/kernel/osrelease").split(separator: "\n").first.map(String.init) ?? "?"
    let processor: String
    let fileSystem: String

    init(scratch: String) {
        let lines = Proc.text("/proc/cpuinfo").split(separator: "\n")
        let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last
        processor = model.map { String($0.drop { $0 == " " }) } ?? "unknown processor"
        fileSystem = Machine.fileSystem(of: scratch)
    }

    var text: String {
        "\(processors) × \(processor), Linux \(kernel), load \(load), scratch files on \(fileSystem)"
    }

    var json: JSON {
        [
            "processors": JSON(processors), "processor": .string(processor), "kernel": .string(kernel),
            "load": .string(load), "file_system": .string(fileSystem),
        ]
    }

    /// The type of the file system with the longest mount point that the path lies under.
    private static func fileSystem(of path: String) -> String {
        var best = (mount: "", type: "an unknown file system")
        for line in Proc.text("/proc/self/mounts").split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 2 else { continue }
            let mount = String(fields[1])
            let isAbove = mount == "/" || path == mount || path.hasPrefix(mount + "/")
            if isAbove, mount.count >= best.mount.count { best = (mount, String(fields[2])) }
        }
        return best.type
    }
}
