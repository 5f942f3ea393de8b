import Synchronization
import Time

/// What one reading of `schedules.json` leaves for the next: an entry whose bytes are the same gives the same
/// ``Schedule`` object again, without being read.
///
/// It belongs to one file, one zone database and one catalogue. It costs eight bytes an entry. A lock, since the start and
/// a reload are on different threads.
public final class ScheduleCache: Sendable {
    private let last = Mutex<Reading?>(nil)

    /// An empty cache, for the daemon's start.
    public init() {}

    var reading: Reading? { last.withLock { $0 } }

    /// A reading that was put in force replaces the one before; one that was refused must not.
    func keep(_ reading: Reading) { last.withLock { $0 = reading } }

    /// A reading of the file.
    struct Reading: Sendable {
        let defaults: ScheduleDefaults
        /// The good entries, and a hash of the bytes of each.
        var schedules: [Schedule] = []
        var fingerprints: [Int] = []
        /// The zones they asked for, as those were then.
        var zones: [Zone] = []
        var policies: Set<Policy> = []
    }

    /// The hash of an entry's bytes: 64 bits, keyed anew in every process. That a changed entry has the hash of one of ten
    /// thousand others happens once in 10¹⁵ changes.
    static func fingerprint(_ bytes: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes.count)
        hasher.combine(bytes: bytes)
        return hasher.finalize()
    }
}

/// Looks up the entries of the reading before. Files change here and there, so the next entry is nearly always the next
/// one of before; only where it is not, all are looked through.
struct EntryMemory {
    private let before: ScheduleCache.Reading
    private let staleZones: Set<String>
    private var expected = 0
    private var positions: [Int: Int]?

    /// `nil` when nothing can be taken over: other defaults may make another schedule of the same bytes.
    init?(_ before: ScheduleCache.Reading?, defaults: ScheduleDefaults, zones: inout ZoneShelf) {
        guard let before, before.defaults == defaults else { return nil }
        self.before = before
        var stale: Set<String> = []
        for old in before.zones {
            if case .success(old) = zones.zone(old.identifier) { continue }
            stale.insert(old.identifier)
        }
        staleZones = stale
    }

    mutating func schedule(_ fingerprint: Int) -> Schedule? {
        var position = expected
        if position >= before.fingerprints.count || before.fingerprints[position] != fingerprint {
            let all =
                positions
                ?? Dictionary(
                    zip(before.fingerprints, before.fingerprints.indices), uniquingKeysWith: { first, _ in first })
            positions = all
            guard let found = all[fingerprint] else { return nil }
            position = found
        }
        expected = position + 1
        let schedule = before.schedules[position]
        return staleZones.isEmpty || !staleZones.contains(schedule.zone.identifier) ? schedule : nil
    }
}

/// Zones by name, asked for once each: thousands of entries name the same few.
struct ZoneShelf {
    private let zones: ZoneDatabase
    private var known: [String: Result<Zone, ZoneError>] = [:]

    init(_ zones: ZoneDatabase) { self.zones = zones }

    /// Those that exist.
    var found: [Zone] { known.values.compactMap { try? $0.get() } }

    mutating func zone(_ identifier: String) -> Result<Zone, ZoneError> {
        if let zone = known[identifier] { return zone }
        let zone: Result<Zone, ZoneError>
        do throws(ZoneError) { zone = .success(try zones.zone(identifier)) } catch { zone = .failure(error) }
        known[identifier] = zone
        return zone
    }
}
