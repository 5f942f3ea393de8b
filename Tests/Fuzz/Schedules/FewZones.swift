import Glibc
import Time

/// A directory with a few zones: for an unknown name the whole directory is looked through, which would be most of what
/// an execution does.
enum FewZones {
    static let directory: String = {
        var template = Array("/tmp/actpd-fuzz-zones-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            fatalError("no directory for zones: \(String(cString: strerror(errno)))")
        }
        let directory = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        for name in ["Berlin", "Dublin"] {
            symlink(ZoneDatabase().directory + "/Europe/" + name, directory + "/" + name)
        }
        return directory
    }()
}
