import DatasetFormats

/// Compares JSON values as the rows of data sets are: integers exactly, other numbers as doubles, text by its bytes.
enum RowComparison {
    /// The first difference, in words; nil where there is none.
    static func difference(_ found: JSONValue, _ expected: JSONValue, at place: String) -> String? {
        switch (found, expected) {
        case (.object(let found), .object(let expected)):
            if let difference = durationDifference(found, expected, at: place) { return difference.message }
            guard found.keys.map({ Array($0.utf8) }) == expected.keys.map({ Array($0.utf8) }) else {
                return "\(place): the keys \(found.keys), and not \(expected.keys)"
            }
            for (mine, other) in zip(found.members, expected.members) {
                if let difference = difference(mine.value, other.value, at: "\(place).\(mine.key)") {
                    return difference
                }
            }
            return nil
        case (.array(let found), .array(let expected)):
            guard found.count == expected.count else {
                return "\(place): \(found.count) elements, and not \(expected.count)"
            }
            for (index, pair) in zip(found, expected).enumerated() {
                if let difference = difference(pair.0, pair.1, at: "\(place)[\(index)]") { return difference }
            }
            return nil
        case (.string(let found), .string(let expected)):
            // Two texts that are equal to Swift may have other bytes.
            return Array(found.utf8) == Array(expected.utf8)
                ? nil : "\(place): \(found.debugDescription), and not \(expected.debugDescription)"
        case (.number(let found), .number(let expected)):
            return equal(found, expected) ? nil : "\(place): \(found.text), and not \(expected.text)"
        default:
            return found == expected ? nil : "\(place): \(shown(found)), and not \(shown(expected))"
        }
    }

    private static func equal(_ found: JSONNumber, _ expected: JSONNumber) -> Bool {
        if found.text == expected.text { return true }
        if let mine = Int(found.text), let other = Int(expected.text) { return mine == other }
        return found.double.bitPattern == expected.double.bitPattern
    }

    private static func shown(_ value: JSONValue) -> String { JSONWriter.string(value, style: .compact) }

    // MARK: Durations

    private struct Difference {
        let message: String?
    }

    /// Durations are compared by what they last: the folder's description does not say in which form they stand, so
    /// that seconds as a number are taken too.
    private static func durationDifference(
        _ found: JSONObject, _ expected: JSONObject, at place: String
    ) -> Difference? {
        guard found.keys == ["duration"], expected.keys == ["duration"], let mine = found["duration"],
            let other = expected["duration"]
        else { return nil }
        guard let first = seconds(mine), let second = seconds(other) else { return nil }
        return Difference(message: first == second ? nil : "\(place): \(shown(mine)), and not \(shown(other))")
    }

    private static func seconds(_ value: JSONValue) -> Double? {
        if let number = value.doubleValue { return number }
        guard let text = value.stringValue else { return nil }
        // `-1 day, 23:59:59.5`
        let parts = text.split(separator: " ")
        let days = parts.count > 1 ? Double(parts[0]) : 0
        let times = parts.last?.split(separator: ":").map { Double($0) } ?? []
        guard let days, times.count == 3, let hours = times[0], let minutes = times[1], let seconds = times[2] else {
            return nil
        }
        return days * 86400 + hours * 3600 + minutes * 60 + seconds
    }
}
