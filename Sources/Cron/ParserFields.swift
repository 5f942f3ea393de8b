/// The terms of a field: `*`, `5`, `1-5`, `*/15`, `H(0-29)/10`, `L-3`, `15W`, `5#2` and their lists.
extension Parser {
    /// Reads the current field: its values as bits. What is no fixed value (`L`, `15W`, `5#2`) goes to the day rule.
    mutating func set(of field: CronField) throws(Flaw) -> UInt64 {
        var values: UInt64 = 0
        let start = position
        while true {
            values |= try term(of: field, fieldStart: start)
            if position == end { return values }
            guard take(",") else { throw unexpected(in: field) }
            guard position < end else {
                throw Flaw(field: field, position: position, detail: "a value is missing after ','")
            }
        }
    }

    private mutating func term(of field: CronField, fieldStart: Int) throws(Flaw) -> UInt64 {
        switch currentLowercased {
        case UInt8(ascii: "*"):
            position += 1
            return try stepped(field.lowest...field.highest, of: field, isOpenEnded: true)
        case UInt8(ascii: "?"): return try question(in: field, fieldStart: fieldStart)
        case UInt8(ascii: "h") where !Parser.isLetter(byte(after: 1)): return try hash(of: field)
        case UInt8(ascii: "l") where field == .dayOfMonth && !Parser.isLetter(byte(after: 2)):
            try lastDay()
            return 0
        default: return try range(of: field)
        }
    }

    private func byte(after count: Int) -> UInt8 { position + count < end ? bytes[position + count] : 0 }

    /// A value, a range, or a value with a mark behind it.
    private mutating func range(of field: CronField) throws(Flaw) -> UInt64 {
        let start = position
        let low = try value(of: field)
        if field.isDay, try mark(on: low, in: field, from: start) { return 0 }
        if take("-") {
            let high = try value(of: field)
            guard high < low else { return try stepped(low...high, of: field, isOpenEnded: false) }
            return try wrapped(from: low, to: high, of: field)
        }
        guard current == UInt8(ascii: "/") else { return 1 << UInt64(low) }
        // Vixie's extension, as cronsim has it: `5/15` is `5-59/15`.
        return try stepped(low...field.highest, of: field, isOpenEnded: true)
    }

    /// The range's values, or every n-th of them when `/n` follows.
    private mutating func stepped(
        _ range: ClosedRange<Int>, of field: CronField, isOpenEnded: Bool
    ) throws(Flaw) -> UInt64 {
        guard take("/") else {
            return (UInt64(1) << UInt64(range.upperBound + 1)) &- (UInt64(1) << UInt64(range.lowerBound))
        }
        let step = try step(of: field)
        if isOpenEnded, step >= field.count {
            remarks.insert(.wideStep)
        } else if isOpenEnded, field.count % step != 0, range.lowerBound == field.lowest {
            remarks.insert(.unevenStep(field))
        }
        var values: UInt64 = 0
        for value in stride(from: range.lowerBound, through: range.upperBound, by: step) {
            values |= 1 << UInt64(value)
        }
        return values
    }

    /// A range whose end lies before its start: `22-2`, `FRI-MON`.
    private mutating func wrapped(from low: Int, to high: Int, of field: CronField) throws(Flaw) -> UInt64 {
        let step = take("/") ? try step(of: field) : 1
        let length = high - low + field.count
        var values: UInt64 = 0
        // `7-2` starts on Sunday under its other number and does not wrap at all; the remainder takes care of it.
        for distance in stride(from: 0, through: length, by: step) {
            values |= 1 << UInt64(field.lowest + (low - field.lowest + distance) % field.count)
        }
        return values
    }

    private mutating func step(of field: CronField) throws(Flaw) -> Int {
        let start = position
        let step = try number(in: field, what: "a step")
        guard step > 0 else { throw Flaw(field: field, position: start, detail: "the step must not be 0") }
        return step
    }

    // MARK: Values

    private mutating func value(of field: CronField) throws(Flaw) -> Int {
        let start = position
        let byte = current
        if Parser.isLetter(byte) { return try namedValue(of: field) }
        guard Parser.isDigit(byte) else { throw unexpected(in: field) }
        let value = try number(in: field, what: "a value")
        guard value >= field.lowest, value <= field.highest else {
            throw Flaw(
                field: field, position: start,
                detail: "\(text(from: start, to: position)) is outside \(field.lowest)…\(field.highest)")
        }
        return value
    }

    private mutating func number(in field: CronField, what: String) throws(Flaw) -> Int {
        let start = position
        var value = 0
        while Parser.isDigit(current) {
            // Beyond any limit already; the rest of the digits is only read over.
            if value < 100_000 { value = value * 10 + Int(current - 48) }
            position += 1
        }
        guard position > start else { throw unexpected(in: field, wanted: what) }
        return value
    }

    private mutating func namedValue(of field: CronField) throws(Flaw) -> Int {
        let start = position
        var nameEnd = start
        while nameEnd < end, Parser.isLetter(bytes[nameEnd]) { nameEnd += 1 }
        let isMarked = field == .dayOfWeek && nameEnd - start == 4 && bytes[nameEnd - 1] | 0x20 == UInt8(ascii: "l")
        guard nameEnd - start >= 3 else { throw unexpected(in: field) }
        let name = CronField.packed(bytes[start], bytes[start + 1], bytes[start + 2])
        let weekday = CronField.weekday(name)
        let month = weekday == nil ? CronField.month(name) : nil
        guard let number = field == .dayOfWeek ? weekday : field == .month ? month : nil else {
            let kind = weekday != nil ? "a day of the week" : month != nil ? "a month" : nil
            guard let kind else { throw unexpected(in: field) }
            throw Flaw(
                field: field, position: start,
                detail: "'\(text(from: start, to: nameEnd))' is \(kind); allowed is \(field.allowed)")
        }
        guard nameEnd - start == 3 || isMarked else {
            let found = text(from: start, to: nameEnd)
            let short = text(from: start, to: start + 3).uppercased()
            throw Flaw(
                field: field, position: start,
                detail: "'\(found)' is not a name; names have three letters, did you mean '\(short)'?")
        }
        position = start + 3
        return number
    }

    // MARK: Marks of the day fields

    /// `15W`, `5L` and `5#2`. False, with nothing read, when the value stands alone.
    private mutating func mark(on value: Int, in field: CronField, from start: Int) throws(Flaw) -> Bool {
        switch (field, currentLowercased) {
        case (.dayOfMonth, UInt8(ascii: "w")):
            position += 1
            special.nearWeekday |= 1 << UInt32(value - 1)
        case (.dayOfWeek, UInt8(ascii: "l")):
            position += 1
            special.nthWeekdays |= 1 << UInt64(35 + value % 7)
        case (.dayOfWeek, UInt8(ascii: "#")):
            position += 1
            let nthStart = position
            let nth = try number(in: field, what: "a number from 1 to 5")
            guard (1...5).contains(nth) else {
                throw Flaw(field: field, position: nthStart, detail: "\(nth) is outside 1…5, the weeks of a month")
            }
            special.nthWeekdays |= 1 << UInt64((nth - 1) * 7 + value % 7)
        default: return false
        }
        if current == UInt8(ascii: "/") || current == UInt8(ascii: "-") {
            throw Flaw(
                field: field, position: position,
                detail: "'\(text(from: start, to: position))' names single days; it takes no range and no step")
        }
        return true
    }

    /// `L`, `L-3` and `LW`.
    private mutating func lastDay() throws(Flaw) {
        let start = position
        position += 1
        if currentLowercased == UInt8(ascii: "w") {
            position += 1
            special.lastWeekday = true
        } else if take("-") {
            let numberStart = position
            let distance = try number(in: .dayOfMonth, what: "a number from 0 to 30")
            guard distance <= 30 else {
                throw Flaw(
                    field: .dayOfMonth, position: numberStart,
                    detail: "\(distance) is outside 0…30, the days before the last")
            }
            special.fromLast |= 1 << UInt32(distance)
        } else {
            special.fromLast |= 1
        }
        if current == UInt8(ascii: "/") || currentLowercased == UInt8(ascii: "w") {
            throw Flaw(
                field: .dayOfMonth, position: position,
                detail: "'\(text(from: start, to: position))' names a single day; nothing may follow it")
        }
    }

    private mutating func question(in field: CronField, fieldStart: Int) throws(Flaw) -> UInt64 {
        guard field.isDay else {
            throw Flaw(
                field: field, position: position,
                detail: "'?' is for the day fields only; allowed is \(field.allowed) or *")
        }
        guard position == fieldStart, position + 1 == end else {
            throw Flaw(field: field, position: position, detail: "'?' must stand alone")
        }
        position += 1
        return (UInt64(1) << UInt64(field.highest + 1)) &- (UInt64(1) << UInt64(field.lowest))
    }

    // MARK: Hashes

    /// `H`, `H/15`, `H(0-29)` and `H(0-29)/10`, as Jenkins has them.
    private mutating func hash(of field: CronField) throws(Flaw) -> UInt64 {
        position += 1
        if name.isEmpty { remarks.insert(.hashWithoutName) }
        var range = field.hashable
        if take("(") {
            let start = position
            let low = try value(of: field)
            guard take("-") else { throw unexpected(in: field, wanted: "a range as in H(0-29)") }
            let high = try value(of: field)
            guard low <= high else {
                let range = text(from: start, to: position)
                throw Flaw(field: field, position: start, detail: "the range of H runs backwards: \(range)")
            }
            guard take(")") else { throw unexpected(in: field, wanted: "')'") }
            range = low...high
        }
        let hash = hash(for: field)
        guard take("/") else { return 1 << UInt64(range.lowerBound + Int(hash % UInt64(range.count))) }
        let stepStart = position
        let step = try step(of: field)
        guard step <= range.count else {
            throw Flaw(
                field: field, position: stepStart,
                detail: "the step \(step) is larger than the \(range.count) values of H")
        }
        var values: UInt64 = 0
        let first = range.lowerBound + Int(hash % UInt64(step))
        for value in stride(from: first, through: range.upperBound, by: step) { values |= 1 << UInt64(value) }
        return values
    }

    /// FNV-1a, 64 bits, over the schedule's name and the field's index, then mixed: the same on every host and in every
    /// version. Without the mixing neighbouring fields are tied: `H H * * *` would choose from 120 times of day, not 1,440.
    private func hash(for field: CronField) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ UInt64(field.rawValue)) &* 0x100_0000_01B3
        // SplitMix64's finalizer.
        hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
        return hash ^ hash >> 31
    }

    // MARK: Flaws

    /// What stands here is not what the field takes.
    func unexpected(in field: CronField, wanted: String? = nil) -> Flaw {
        guard position < end else {
            let missing = wanted ?? "a value"
            return Flaw(field: field, position: position, detail: "\(missing) is missing at the field's end")
        }
        var tokenEnd = position
        while tokenEnd < end, bytes[tokenEnd] != UInt8(ascii: ","), bytes[tokenEnd] != UInt8(ascii: "/") {
            tokenEnd += 1
        }
        let found = text(from: position, to: max(tokenEnd, position + 1))
        guard let wanted else {
            return Flaw(
                field: field, position: position, detail: "'\(found)' is not understood; allowed is \(field.allowed)")
        }
        return Flaw(field: field, position: position, detail: "\(wanted) is wanted, '\(found)' was found")
    }
}
