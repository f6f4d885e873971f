import Foundation

/// How far the clocks of a zone are from UTC.
enum TimeZoneRule: Sendable {
    /// In minutes.
    case fixed(Int)
    case named(TimeZone)

    /// - Parameter name: a name of the tz database, or an offset as `+07:30` or `-0800`.
    init(_ name: String) throws(ColumnarDefect) {
        if ["UTC", "Z", "Etc/UTC", "GMT"].contains(name) {
            self = .fixed(0)
        } else if let minutes = Self.minutes(of: Array(name.utf8)) {
            self = .fixed(minutes)
        } else if let zone = TimeZone(identifier: name) {
            self = .named(zone)
        } else {
            throw .invalid("nobody knows the time zone \(name)")
        }
    }

    static func isKnown(_ name: String) -> Bool { (try? TimeZoneRule(name)) != nil }

    private static func minutes(of text: [UInt8]) -> Int? {
        guard let sign = text.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        let digits = text.dropFirst().filter { $0 != UInt8(ascii: ":") }
        guard digits.count == 4, let number = Int(String(decoding: digits, as: UTF8.self)), number >= 0 else {
            return nil
        }
        let minutes = number / 100 * 60 + number % 100
        return sign == UInt8(ascii: "-") ? -minutes : minutes
    }

    /// In seconds, at a time given in seconds since 1970-01-01T00:00:00Z.
    func offset(at seconds: Int64) -> Int64 {
        switch self {
        case .fixed(let minutes): Int64(minutes) * 60
        case .named(let zone): Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
        }
    }
}
