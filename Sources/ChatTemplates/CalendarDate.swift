import Foundation

/// A day, which some tool formats tell the model.
public struct CalendarDate: Sendable, Hashable {
    /// As `24 Nov 2026`.
    public let text: String

    /// - Parameter text: a day as `24 Nov 2026`.
    public init(text: String) { self.text = text }

    /// The day it is, in the machine's time zone.
    public static var today: CalendarDate {
        var now = time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let day = (parts.tm_mday < 10 ? "0" : "") + "\(parts.tm_mday)"
        return CalendarDate(text: "\(day) \(months[max(0, min(11, Int(parts.tm_mon)))]) \(parts.tm_year + 1900)")
    }
}
