internal import CSystemd
internal import Glibc

/// A unit as the system's service manager has read it (org.freedesktop.systemd1(5)).
public struct ServiceUnit: Sendable {
    private static let manager = "org.freedesktop.systemd1"
    /// A bus that answers does so in a millisecond.
    private static let patienceUsec: UInt64 = 2_000_000

    private let name: String

    /// - Parameter name: with its ending, as in `actpd.service`.
    public init(_ name: String) { self.name = name }

    /// Whether its files were changed since the manager read them; `false` too where systemd does not run the machine, or
    /// cannot be asked.
    public var wasEditedSinceItWasRead: Bool {
        guard sd_booted() > 0 else { return false }
        var (bus, path): (OpaquePointer?, UnsafeMutablePointer<CChar>?)
        defer {
            sd_bus_flush_close_unref(bus)
            free(path)
        }
        guard sd_bus_open_system(&bus) >= 0, sd_bus_set_method_call_timeout(bus, ServiceUnit.patienceUsec) >= 0,
            sd_bus_path_encode("/org/freedesktop/systemd1/unit", name, &path) >= 0
        else { return false }
        var answer: Int32 = 0
        let result = sd_bus_get_property_trivial(
            bus, ServiceUnit.manager, path, ServiceUnit.manager + ".Unit", "NeedDaemonReload", nil,
            CChar(bitPattern: UInt8(ascii: "b")), &answer)
        return result >= 0 && answer != 0
    }
}
