internal import CSystemd
internal import Glibc

/// The sockets that the service manager holds open for this process (sd_listen_fds(3)).
public enum ActivationSockets {
    /// Their descriptors; empty when there are none. To be asked once: from then on children do not hear of them.
    public static func take() -> [Int32] {
        let count = sd_listen_fds(1)
        guard count > 0 else { return [] }
        let first = Int32(SD_LISTEN_FDS_START)
        return (first..<(first + count)).filter { sd_is_socket($0, AF_UNSPEC, Int32(SOCK_STREAM.rawValue), 1) > 0 }
    }
}
