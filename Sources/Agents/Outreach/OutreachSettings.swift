public import Configuration
import Time

/// The tunables of outreach. How often a contact may be written to decides also when its next touch is due.
public struct OutreachSettings: Configurable, Hashable {
    /// OU-01.
    public var decision = Rhythm(cooldownDays: 2, perWeek: 3, hours: [13, 17], days: Weekday.workdays)
    /// OU-02.
    public var consideration = Rhythm(cooldownDays: 7, perWeek: 1, hours: [13], days: Weekday.workdays)
    /// OU-03.
    public var awareness = Rhythm(cooldownDays: 14, perWeek: 1, hours: [13], days: [.mon, .tue, .wed])

    public init() {}

    public static let fields: [Field<OutreachSettings>] = [
        Field("decision", \.decision, "When contacts in the decision stage may be written to."),
        Field("consideration", \.consideration, "When contacts in the consideration stage may be written to."),
        Field("awareness", \.awareness, "When contacts in the awareness stage may be written to."),
    ]
}

/// A day of the week, as a setting.
public enum Weekday: String, WordSetting, Hashable {
    case sun, mon, tue, wed, thu, fri, sat

    static let workdays: [Weekday] = [.mon, .tue, .wed, .thu, .fri]

    /// The day that is `days` days after 1970-01-01.
    init(daysSinceEpoch days: Int) { self = Weekday.allCases[CivilDate.weekday(daysSinceEpoch: days)] }
}

/// How often, and in which windows, contacts of one stage may be written to (OU-01…OU-03).
public struct Rhythm: Configurable, Hashable {
    public var cooldown: Duration = .seconds(0)
    public var perWeek = 1
    public var hours: [Int] = []
    public var days: [Weekday] = []

    public init() {}

    init(cooldownDays: Int, perWeek: Int, hours: [Int], days: [Weekday]) {
        cooldown = .seconds(cooldownDays * 86_400)
        self.perWeek = perWeek
        self.hours = hours
        self.days = days
    }

    public static let fields: [Field<Rhythm>] = [
        Field("cooldown", \.cooldown, "Time between two touches, at least."),
        Field("perWeek", \.perWeek, in: 0...50, "Touches in any 168 hours, at most."),
        Field("hours", \.hours, "Hours of the day in UTC, 0…23, at which a window of one hour begins."),
        Field("days", \.days, "Days with windows."),
    ]

    /// The first start of a window at or after an instant; `nil` when there are no windows.
    func nextWindow(from instant: Instant) -> Instant? {
        let today = Int(instant.seconds.floorDivided(by: 86_400))
        for day in today...today + 7 where days.contains(Weekday(daysSinceEpoch: day)) {
            for hour in hours.sorted() where (0...23).contains(hour) {
                let start = Instant(seconds: Int64(day * 86_400 + hour * 3_600))
                if start >= instant { return start }
            }
        }
        return nil
    }
}
