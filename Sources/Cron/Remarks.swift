/// What the parser noticed that is legal but seldom meant; see ``CronExpression/warnings``.
struct Remarks: OptionSet, Hashable, Sendable {
    let rawValue: UInt16

    static let eitherDay = Remarks(rawValue: 1 << 0)
    static let bothDays = Remarks(rawValue: 1 << 1)
    static let everyMinuteOfHour = Remarks(rawValue: 1 << 2)
    static let shortMonths = Remarks(rawValue: 1 << 3)
    static let hashWithoutName = Remarks(rawValue: 1 << 4)
    static let everySecond = Remarks(rawValue: 1 << 5)

    static let wideStep = Remarks(rawValue: 1 << 6)

    /// A step that does not divide the field's values evenly, a bit for each field.
    static func unevenStep(_ field: CronField) -> Remarks { Remarks(rawValue: 1 << (8 + UInt16(field.rawValue))) }
}

extension CronExpression {
    /// What is legal but seldom meant, a sentence each, for the command that checks schedules; empty for most.
    public var warnings: [String] {
        var warnings: [String] = []
        func warn(_ remark: Remarks, _ sentence: String) {
            if remarks.contains(remark) { warnings.append(sentence) }
        }
        warn(.eitherDay, "day of month and day of week are both restricted: a day that matches either is taken")
        warn(
            .bothDays,
            "both day fields are restricted, one of them by a step from '*': only a day that matches both is taken")
        warn(.everyMinuteOfHour, "runs in every minute of the hour given; for once a day give a minute")
        warn(.everySecond, "runs in every second of the minutes given; for once a minute give a second")
        warn(.shortMonths, "months without such a day are skipped; 'L' is the last day of every month")
        warn(.hashWithoutName, "H without the schedule's name is the same for every schedule")
        warn(.wideStep, "a step as large as its field's range leaves a single value")
        for field in CronField.allCases {
            let consequence = "does not divide its range: the last interval is shorter"
            warn(.unevenStep(field), "the step in \(field.name) \(consequence)")
        }
        return warnings
    }
}
