/// A change of a zone's offset from UTC.
public struct ZoneTransition: Hashable, Sendable {
    /// The first second, since the epoch, with the new offset.
    public let seconds: Int64
    /// Seconds east of UTC until then.
    public let offsetBefore: Int
    /// Seconds east of UTC from then on.
    public let offsetAfter: Int

    /// Whether the wall clock jumps forward, so that local times are left out.
    public var isGap: Bool { offsetAfter > offsetBefore }

    /// The wall clock's reading at the change, in seconds since 1970-01-01T00:00 local: the first reading left out by a gap,
    /// the one after the last repeated by an overlap.
    public var localBefore: Int64 { seconds + Int64(offsetBefore) }

    /// The wall clock's reading once changed: the first one after a gap, the first one repeated by an overlap.
    public var localAfter: Int64 { seconds + Int64(offsetAfter) }
}

/// A stretch of time in which a zone's offset is constant: `start..<end`.
public struct ZoneSpan: Hashable, Sendable {
    /// The first second; `Int64.min` when there is no earlier transition.
    public let start: Int64
    /// The first second of the next span; `Int64.max` when there is none.
    public let end: Int64
    /// Seconds east of UTC.
    public let offset: Int
}

/// A time zone of the IANA database as a value: every change of its offset, past and to come.
///
/// Works for every year from 0001 to 9999, and every lookup reads a table. Leap seconds do not exist here, as in POSIX.
/// Two zones are equal when they have the same name and the same transitions. A copy is a reference: ten thousand schedules
/// in one zone share its table.
public struct Zone: Hashable, Sendable {
    private let table: ZoneTable

    /// The name the zone was asked for by, such as `Europe/Berlin`; aliases stay as they are.
    public var identifier: String { table.identifier }

    /// Coordinated universal time; needs no file.
    public static let utc = Zone(identifier: "UTC")

    /// Reads a zone from the bytes of a TZif file, version 1 to 4.
    ///
    /// Throws ``ZoneError`` with the code `malformed` when they are none, are damaged, or count leap seconds (`right/…`).
    public init(identifier: String, tzif bytes: [UInt8]) throws(ZoneError) {
        table = ZoneTable(identifier: identifier, file: try ZoneFile(identifier: identifier, bytes: bytes))
    }

    /// UTC under one of its names.
    init(identifier: String) { table = ZoneTable(identifier: identifier, offset: 0) }

    public func hash(into hasher: inout Hasher) { hasher.combine(identifier) }
}

// MARK: - From instants to wall-clock time

extension Zone {
    /// Seconds east of UTC at a second since the epoch.
    public func offset(at seconds: Int64) -> Int { table.offset(at: seconds) }

    /// The stretch of constant offset that contains a second since the epoch.
    public func span(at seconds: Int64) -> ZoneSpan { table.span(at: seconds) }

    /// The first change of the offset strictly after a second since the epoch, or `nil` when there is none any more.
    public func transition(after seconds: Int64) -> ZoneTransition? {
        let span = span(at: seconds)
        guard span.end != .max else { return nil }
        return ZoneTransition(seconds: span.end, offsetBefore: span.offset, offsetAfter: offset(at: span.end))
    }
}

// MARK: - From wall-clock time to instants

/// What a reading of the wall clock stands for in a zone.
public enum LocalTime: Hashable, Sendable {
    /// One second since the epoch, as nearly always.
    case unique(Int64)
    /// Two seconds since the epoch: the clock was set back over it.
    case ambiguous(first: Int64, second: Int64)
    /// None: the clock was set forward over it, in this transition.
    case skipped(ZoneTransition)
}

extension Zone {
    /// No offset is as large as this, in seconds.
    public static let offsetLimit = Int64(ZoneFile.maxOffset)

    /// The seconds since the epoch at which the wall clock shows `local`, counted in seconds from 1970-01-01T00:00 local.
    public func resolve(local: Int64) -> LocalTime {
        switch firstSpan(showing: local) {
        case .skipped(let transition): return .skipped(transition)
        case .shown(let first, let span):
            var next = span
            // Two spans may repeat a reading only if they lie within two offsets of each other.
            while next.end <= first + 2 * Zone.offsetLimit {
                next = self.span(at: next.end)
                let second = local - Int64(next.offset)
                if second >= next.start, second < next.end { return .ambiguous(first: first, second: second) }
            }
            return .unique(first)
        }
    }

    /// The first second since the epoch at which the wall clock shows `local`; when a gap leaves it out, the first second
    /// after the gap.
    public func earliest(local: Int64) -> Int64 {
        switch firstSpan(showing: local) {
        case .shown(let seconds, _): seconds
        case .skipped(let transition): transition.seconds
        }
    }

    private enum FirstSpan {
        case shown(at: Int64, in: ZoneSpan)
        case skipped(ZoneTransition)
    }

    private func firstSpan(showing local: Int64) -> FirstSpan {
        var span = span(at: local - Zone.offsetLimit)
        while true {
            let seconds = local - Int64(span.offset)
            if seconds < span.end { return .shown(at: seconds, in: span) }
            let next = self.span(at: span.end)
            if local - Int64(next.offset) < next.start {
                return .skipped(
                    ZoneTransition(seconds: next.start, offsetBefore: span.offset, offsetAfter: next.offset))
            }
            span = next
        }
    }
}
