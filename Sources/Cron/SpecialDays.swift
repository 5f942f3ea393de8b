/// Days that are no fixed number: `L`, `L-3`, `LW`, `15W` of the month, `5L` and `5#2` of the week.
struct SpecialDays: Hashable, Sendable {
    /// Bit k for the k-th day before the last: `L` is bit 0, `L-3` bit 3.
    var fromLast: UInt32 = 0
    /// Bit d - 1 for `dW`, the weekday (Monday to Friday) nearest to day d within the month.
    var nearWeekday: UInt32 = 0
    /// Bit (n - 1) * 7 + w for `w#n`; n = 6 stands for the last one, `wL`.
    var nthWeekdays: UInt64 = 0
    /// `LW`: the last weekday (Monday to Friday) of the month.
    var lastWeekday = false

    /// Whether the day of the month has any.
    var hasDate: Bool { fromLast | nearWeekday != 0 || lastWeekday }

    /// Those that the day of the month names, as bits d - 1. `firstWeekday` is the weekday of the month's 1st, `length` its
    /// number of days.
    func byDate(firstWeekday: Int, length: Int) -> UInt32 {
        // Day length - k is bit length - 1 - k: the mirrored set, moved.
        var result = fromLast.bitSwapped >> UInt32(32 - length)
        var pending = nearWeekday
        while pending != 0 {
            let day = pending.trailingZeroBitCount
            pending &= pending - 1
            if day < length { result |= 1 << UInt32(nearestWeekday(to: day, firstWeekday, length)) }
        }
        if lastWeekday { result |= 1 << UInt32(nearestWeekday(to: length - 1, firstWeekday, length)) }
        return result
    }

    /// Days counted from 0 here.
    private func nearestWeekday(to day: Int, _ firstWeekday: Int, _ length: Int) -> Int {
        switch (firstWeekday + day) % 7 {
        case 6: day == 0 ? day + 2 : day - 1
        case 0: day == length - 1 ? day - 2 : day + 1
        default: day
        }
    }

    /// Those that the day of the week names.
    func byWeekday(firstWeekday: Int, length: Int) -> UInt32 {
        var result: UInt32 = 0
        var pending = nthWeekdays
        while pending != 0 {
            let bit = pending.trailingZeroBitCount
            pending &= pending - 1
            let toFirst = (bit % 7 - firstWeekday + 7) % 7
            let isLast = bit >= 35
            let day = isLast ? toFirst + (length - 1 - toFirst) / 7 * 7 : toFirst + bit / 7 * 7
            if day < length { result |= 1 << UInt32(day) }
        }
        return result
    }
}

extension UInt32 {
    /// The bits in reverse order.
    fileprivate var bitSwapped: UInt32 {
        var value = byteSwapped
        value = (value & 0x0F0F_0F0F) << 4 | (value & 0xF0F0_F0F0) >> 4
        value = (value & 0x3333_3333) << 2 | (value & 0xCCCC_CCCC) >> 2
        return (value & 0x5555_5555) << 1 | (value & 0xAAAA_AAAA) >> 1
    }
}
