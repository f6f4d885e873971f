/// Dates, times of day, timestamps or durations.
final class TemporalColumn: Column {
    let type: ColumnType
    let values: IntegerValues
    let validity: Bitmap?
    private let zone: TimeZoneRule?
    var count: Int { values.count }

    /// - Throws: `invalid` for a time zone that nobody knows.
    init(type: ColumnType, values: IntegerValues, validity: Bitmap?) throws(ColumnarDefect) {
        self.type = type
        self.values = values
        self.validity = validity
        if case .timestamp(_, .some(let name)) = type { zone = try TimeZoneRule(name) } else { zone = nil }
        try checkValidity()
    }

    func writeValue(_ row: Int, to text: inout JSONText) {
        let value = values[row]
        if text.style == .tagged {
            if case .duration = type { text.append(#"{"duration":"#) } else { text.append(#"{"time":"#) }
        }
        text.append(UInt8(ascii: "\""))
        switch type {
        case .date: TimeText.write(day: value, to: &text)
        case .dateMilliseconds: TimeText.write(day: value.quotientAndRemainder(floor: 86_400_000).quotient, to: &text)
        case .time(let unit): TimeText.write(timeOfDay: value, unit, to: &text)
        case .duration(let unit): TimeText.write(duration: value, unit, to: &text)
        case .timestamp(let unit, _): TimeText.write(timestamp: value, unit, zone: zone, to: &text)
        default: break
        }
        text.append(UInt8(ascii: "\""))
        if text.style == .tagged { text.append(UInt8(ascii: "}")) }
    }
}
