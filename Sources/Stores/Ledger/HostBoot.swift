import Glibc
import Scheduling

/// Which boot of the machine this is.
enum HostBoot {
    /// The kernel's random id of this boot; empty when it cannot be read.
    static let identifier: String = {
        guard let file = fopen("/proc/sys/kernel/random/boot_id", "re") else { return "" }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }()

    /// Whether a process that noted this id ran in this boot; when in doubt it did not.
    static func isThis(_ identifier: String) -> Bool { !identifier.isEmpty && identifier == self.identifier }
}

extension RunRecord {
    /// What the death of its process makes of an open run; `nil` when the slot is still owed, because it never began.
    ///
    /// The mark of a start outlives a process but not a power cut, so that after another boot a run that acts once may
    /// have begun without it.
    func fate(isSameBoot: Bool) -> (Outcome, String)? {
        if startedAt != nil {
            guard isOnce else { return (.interrupted, "the process died while it ran") }
            return (.unknown, "the process died while it ran; look whether it was done before you run it again")
        }
        if isOnce {
            guard isSameBoot else {
                return (
                    .unknown,
                    "the machine went down about when it began; look whether it was done before you run it again"
                )
            }
            return (.interrupted, "the process died before it began; what acts once is not caught up")
        }
        return trigger == .schedule ? nil : (.interrupted, "the process died before it began")
    }
}
