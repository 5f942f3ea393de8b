import Time

/// A year as a search for days sees it: which day it begins with, and whether it is a leap year. There are 14 kinds.
struct CalendarYear {
    private(set) var number: Int
    private(set) var isLeap: Bool
    /// 1 January, in days since 1970-01-01.
    private(set) var firstDay: Int
    /// The weekday of 1 January, 0 = Sunday.
    private(set) var firstWeekday: Int

    static let kinds = 14

    init(containing date: CivilDate, day: Int) {
        number = date.year
        isLeap = CivilDate.isLeap(date.year)
        firstDay = day - date.day + 1 - CalendarYear.days(before: date.month, isLeap: isLeap)
        firstWeekday = CivilDate.weekday(daysSinceEpoch: firstDay)
    }

    /// Some year of a kind, 0..<14, for questions to which the kind is the answer.
    init(ofKind kind: Int) {
        number = 0
        isLeap = kind >= 7
        firstDay = 0
        firstWeekday = kind % 7
    }

    /// Which of the 14 kinds it is, as a bit.
    var kind: UInt16 { 1 &<< UInt16(truncatingIfNeeded: isLeap ? firstWeekday + 7 : firstWeekday) }

    /// Goes on to the next year.
    mutating func advance() {
        firstDay += isLeap ? 366 : 365
        // 52 weeks and one day, or two.
        firstWeekday += isLeap ? 2 : 1
        if firstWeekday >= 7 { firstWeekday -= 7 }
        number += 1
        isLeap = CivilDate.isLeap(number)
    }

    /// The days of the year before a month; before month 13, all.
    func days(before month: Int) -> Int { CalendarYear.days(before: month, isLeap: isLeap) }

    /// The weekday of a month's 1st.
    func firstWeekday(of month: Int) -> Int { (firstWeekday + days(before: month)) % 7 }

    func length(of month: Int) -> Int { days(before: month + 1) - days(before: month) }

    private static func days(before month: Int, isLeap: Bool) -> Int {
        // From March on lengths alternate but for August, which a straight line, rounded, follows.
        month <= 2 ? 31 * (month - 1) : (367 * month - 362) / 12 - (isLeap ? 1 : 2)
    }
}
