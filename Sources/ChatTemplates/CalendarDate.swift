import Foundation

/// A day, which some templates tell the model.
public struct CalendarDate: Sendable, Hashable {
    public let year: Int
    /// From 1 to 12.
    public let month: Int
    public let day: Int

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// - Returns: nil for a day that is in no calendar.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= Self.days(of: month, year) else {
            return nil
        }
        self.year = year
        self.month = month
        self.day = day
    }

    /// - Parameter text: a day as `2026-11-24` (ISO 8601).
    public init?(iso text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2],
            parts.allSatisfy({ $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// - Parameter text: a day as `24 Nov 2026`.
    public init?(text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let day = Int(parts[0]), let year = Int(parts[2]),
            let month = Self.months.firstIndex(of: parts[1])
        else { return nil }
        self.init(year: year, month: month + 1, day: day)
    }

    /// As `24 Nov 2026`.
    public var text: String { "\(Self.padded(day)) \(Self.months[month - 1]) \(year)" }

    /// As `2026-11-24` (ISO 8601).
    public var iso: String {
        let digits = String(year)
        return String(repeating: "0", count: 4 - digits.utf8.count)
            + "\(digits)-\(Self.padded(month))-\(Self.padded(day))"
    }

    /// 1 for Sunday to 7 for Saturday: Zeller's congruence (1882), whose week begins with Saturday.
    var weekday: Int {
        let (zellerMonth, zellerYear) = month < 3 ? (month + 12, year - 1) : (month, year)
        let number =
            day + 13 * (zellerMonth + 1) / 5 + zellerYear + zellerYear / 4 - zellerYear / 100 + zellerYear / 400
        return (number + 6) % 7 + 1
    }

    /// The day it is, in the machine's time zone.
    public static var today: CalendarDate {
        var now = time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        return CalendarDate(
            year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday)) ?? .epoch
    }

    /// The day that computers count from, for a clock that tells a year of no calendar.
    private static let epoch = CalendarDate(known: (1970, 1, 1))

    private init(known: (year: Int, month: Int, day: Int)) { (year, month, day) = known }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func days(of month: Int, _ year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }
}
