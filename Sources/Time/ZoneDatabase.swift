import Synchronization

/// Time zones by name, from a directory of TZif files such as `/usr/share/zoneinfo`.
///
/// A zone is read when it is first asked for and kept. When the operator updates the files, ``refresh()`` notices.
public final class ZoneDatabase: Sendable {
    /// Where the files lie.
    public let directory: String

    private struct Entry {
        var zone: Zone
        var stamp: ZoneDirectory.Stamp?
    }

    /// A lock, not an actor: the scheduler asks synchronously. It is held while a file of some kilobytes is read, which
    /// happens once a zone.
    private let entries = Mutex<[String: Entry]>([:])

    /// Opens the directory named by the environment's `TZDIR`, else `/usr/share/zoneinfo`. Reads nothing yet.
    public convenience init() { self.init(directory: ZoneDirectory.systemPath) }

    /// Opens a directory. It may be missing: then only the names of UTC are known.
    public init(directory: String) { self.directory = directory }

    /// The zone of an IANA name, with letters in their right case (`Europe/Berlin`); aliases count.
    ///
    /// `UTC` and `Etc/UTC` need no file. Throws ``ZoneError``: for a name no zone can have, an unknown one (with a
    /// suggestion, where a known one is near), and a file that cannot be read or is none. Errors are not kept: the next
    /// call looks again.
    public func zone(_ identifier: String) throws(ZoneError) -> Zone {
        guard ZoneDirectory.isValid(identifier) else {
            throw ZoneError(.invalidName, identifier: identifier, detail: "not the name of a zone")
        }
        return try entries.withLock { entries throws(ZoneError) in
            if let entry = entries[identifier] { return entry.zone }
            let files = ZoneDirectory(path: directory)
            let entry: Entry
            switch files.read(identifier) {
            case .success(let (bytes, stamp)):
                entry = Entry(zone: try Zone(identifier: identifier, tzif: bytes), stamp: stamp)
            case .failure(_) where ZoneDirectory.namesOfUTC.contains(identifier):
                entry = Entry(zone: Zone(identifier: identifier), stamp: nil)
            case .failure(.missing):
                throw ZoneError(
                    .unknown, identifier: identifier, detail: "unknown in \(directory)",
                    suggestion: files.suggestion(for: identifier))
            case .failure(.refused(let reason)):
                throw ZoneError(.unreadable, identifier: identifier, detail: reason)
            }
            entries[identifier] = entry
            return entry.zone
        }
    }

    /// The directory and those below it that hold the zones read so far: a change of a file shows only in its own.
    public var directories: Set<String> {
        entries.withLock { entries in
            Set(entries.keys.map { directory + "/" + $0.split(separator: "/").dropLast().joined(separator: "/") })
                .union([directory + "/"])
        }
    }

    /// Reads again the files that changed on disk since they were read, by modification time, size and inode, and says
    /// for which names the zone is another one now.
    ///
    /// A file that has vanished or is damaged keeps its zone as it was: an update in progress must not stop a schedule.
    /// It is looked at again by the next call.
    public func refresh() -> Set<String> {
        let files = ZoneDirectory(path: directory)
        return entries.withLock { entries in
            var changed: Set<String> = []
            for (identifier, entry) in entries {
                guard let stamp = files.stamp(identifier), stamp != entry.stamp,
                    case .success(let (bytes, newStamp)) = files.read(identifier),
                    let zone = try? Zone(identifier: identifier, tzif: bytes)
                else { continue }
                entries[identifier] = Entry(zone: zone, stamp: newStamp)
                if zone != entry.zone { changed.insert(identifier) }
            }
            return changed
        }
    }
}
