import Foundation

/// The time that `strftime_now` tells.
public struct JinjaClock: Sendable {
    let now: @Sendable () -> DateComponents

    /// The machine's clock, in its time zone.
    public static let system = JinjaClock {
        Calendar(identifier: .gregorian).dateComponents(
            [.year, .month, .day, .hour, .minute, .second, .weekday, .dayOfYear], from: Date())
    }

    init(_ now: @escaping @Sendable () -> DateComponents) { self.now = now }

    /// A clock that stands still.
    ///
    /// - Parameter weekday: 1 for Sunday to 7 for Saturday.
    public static func fixed(
        year: Int, month: Int, day: Int, weekday: Int, hour: Int, minute: Int, second: Int
    ) -> JinjaClock {
        JinjaClock {
            DateComponents(
                year: year, month: month, day: day, hour: hour, minute: minute, second: second, weekday: weekday)
        }
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    /// C's `strftime` in the C locale.
    func formatted(_ format: String) -> String {
        let time = now()
        var result = ""
        var scalars = format.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "%" else {
                result.unicodeScalars.append(scalar)
                continue
            }
            guard var directive = scalars.next() else { return result + "%" }
            let isUnpadded = directive == "-"
            if isUnpadded {
                guard let next = scalars.next() else { return result + "%-" }
                directive = next
            }
            result += text(of: directive, at: time, isUnpadded: isUnpadded)
        }
        return result
    }

    private func text(of directive: Unicode.Scalar, at time: DateComponents, isUnpadded: Bool) -> String {
        let (year, month, day) = (time.year ?? 1970, time.month ?? 1, time.day ?? 1)
        let (hour, minute, second) = (time.hour ?? 0, time.minute ?? 0, time.second ?? 0)
        let weekday = max(0, min(6, (time.weekday ?? 1) - 1))
        func padded(_ number: Int, _ width: Int = 2) -> String {
            let digits = String(number)
            return isUnpadded ? digits : String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }
        let monthName = Self.months[max(0, min(11, month - 1))]
        switch directive {
        case "Y": return String(year)
        case "y": return padded(year % 100)
        case "m": return padded(month)
        case "d": return padded(day)
        case "e": return day < 10 && !isUnpadded ? " \(day)" : String(day)
        case "H": return padded(hour)
        case "I": return padded((hour + 11) % 12 + 1)
        case "M": return padded(minute)
        case "S": return padded(second)
        case "f": return "000000"
        case "p": return hour < 12 ? "AM" : "PM"
        case "B": return monthName
        case "b", "h": return String(monthName.prefix(3))
        case "A": return Self.weekdays[weekday]
        case "a": return String(Self.weekdays[weekday].prefix(3))
        case "w": return String(weekday)
        case "u": return String(weekday == 0 ? 7 : weekday)
        case "j": return padded(Self.dayOfYear(year, month, day), 3)
        case "F": return "\(year)-\(padded(month))-\(padded(day))"
        case "D", "x": return "\(padded(month))/\(padded(day))/\(padded(year % 100))"
        case "T", "X": return "\(padded(hour)):\(padded(minute)):\(padded(second))"
        case "R": return "\(padded(hour)):\(padded(minute))"
        case "n": return "\n"
        case "t": return "\t"
        case "%": return "%"
        case "Z", "z": return ""
        default: return "%\(directive)"
        }
    }

    private static func dayOfYear(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return days.prefix(max(0, month - 1)).reduce(day, +)
    }
}
