/// Dates and times in ISO 8601.
enum TimeText {
    /// Appends a date of the proleptic Gregorian calendar, counted in days from 1970-01-01.
    static func write(day: Int64, to text: inout JSONText) {
        let (year, month, dayOfMonth) = civilDate(day)
        if year < 0 || year > 9999 {
            text.append(UInt8(ascii: year < 0 ? "-" : "+"))
            text.append(integer: UInt64(year.magnitude))
        } else {
            write(Int(year), digits: 4, to: &text)
        }
        text.append(UInt8(ascii: "-"))
        write(month, digits: 2, to: &text)
        text.append(UInt8(ascii: "-"))
        write(dayOfMonth, digits: 2, to: &text)
    }

    static func write(timeOfDay value: Int64, _ unit: TimeUnit, to text: inout JSONText) {
        let (seconds, fraction) = value.quotientAndRemainder(floor: unit.perSecond)
        write(Int(seconds / 3600), digits: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        write(Int(abs(seconds / 60 % 60)), digits: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        write(Int(abs(seconds % 60)), digits: 2, to: &text)
        write(fraction: fraction, unit, to: &text)
    }

    static func write(timestamp value: Int64, _ unit: TimeUnit, zone: TimeZoneRule?, to text: inout JSONText) {
        var (seconds, fraction) = value.quotientAndRemainder(floor: unit.perSecond)
        let offset = zone?.offset(at: seconds) ?? 0
        seconds = seconds &+ offset
        let (day, second) = seconds.quotientAndRemainder(floor: 86400)
        write(day: day, to: &text)
        text.append(UInt8(ascii: "T"))
        write(timeOfDay: second, .second, to: &text)
        write(fraction: fraction, unit, to: &text)
        guard zone != nil else { return }
        text.append(UInt8(ascii: offset < 0 ? "-" : "+"))
        let minutes = Int(offset.magnitude / 60)
        write(minutes / 60, digits: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        write(minutes % 60, digits: 2, to: &text)
        // Zones of the time before railways differ from UTC by odd seconds.
        if offset % 60 != 0 {
            text.append(UInt8(ascii: ":"))
            write(Int(offset.magnitude % 60), digits: 2, to: &text)
        }
    }

    /// Appends a duration as days and a time: `-1 day, 23:59:59.5`, `2 days, 0:00:00`, `0:00:03`.
    static func write(duration value: Int64, _ unit: TimeUnit, to text: inout JSONText) {
        let (seconds, fraction) = value.quotientAndRemainder(floor: unit.perSecond)
        let (days, rest) = seconds.quotientAndRemainder(floor: 86400)
        if days != 0 {
            text.append(integer: days)
            if days == 1 || days == -1 { text.append(" day, ") } else { text.append(" days, ") }
        }
        text.append(integer: rest / 3600)
        text.append(UInt8(ascii: ":"))
        write(Int(rest / 60 % 60), digits: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        write(Int(rest % 60), digits: 2, to: &text)
        write(fraction: fraction, unit, to: &text)
    }

    /// Nothing for a whole second, six digits for whole microseconds, nine otherwise.
    private static func write(fraction: Int64, _ unit: TimeUnit, to text: inout JSONText) {
        guard fraction != 0 else { return }
        text.append(UInt8(ascii: "."))
        let nanoseconds = Int(fraction * (1_000_000_000 / unit.perSecond))
        if nanoseconds % 1000 == 0 {
            write(nanoseconds / 1000, digits: 6, to: &text)
        } else {
            write(nanoseconds, digits: 9, to: &text)
        }
    }

    private static func write(_ value: Int, digits: Int, to text: inout JSONText) {
        var bound = 1
        for _ in 1..<digits { bound *= 10 }
        while bound > 1, value < bound {
            text.append(UInt8(ascii: "0"))
            bound /= 10
        }
        text.append(integer: Int64(value))
    }

    /// Year, month and day. The calendar repeats every 400 years, which are 146,097 days; years are counted from
    /// March, so that the leap day is a year's last.
    private static func civilDate(_ day: Int64) -> (year: Int64, month: Int, day: Int) {
        // From 1970-01-01 back to 0000-03-01, 719,468 days.
        let (era, dayOfEra) = (day &+ 719_468).quotientAndRemainder(floor: 146_097)
        let century = min(dayOfEra / 36_524, 3)
        let dayOfCentury = dayOfEra - century * 36_524
        let fourYears = dayOfCentury / 1461
        let dayOfFour = dayOfCentury - fourYears * 1461
        let yearOfFour = min(dayOfFour / 365, 3)
        var rest = Int(dayOfFour - yearOfFour * 365)
        var year = era &* 400 &+ century * 100 + fourYears * 4 + yearOfFour
        let lengths = [31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 29]
        var month = 0
        while month < 11, rest >= lengths[month] {
            rest -= lengths[month]
            month += 1
        }
        if month >= 10 { year += 1 }
        return (year, (month + 2) % 12 + 1, rest + 1)
    }
}

extension Int64 {
    /// The quotient rounded towards minus infinity, and the remainder, which is never negative.
    func quotientAndRemainder(floor divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
