import ChatTemplates

/// A setting's value as it was written, read as what the setting wants.
struct OptionValue {
    let option: String
    let text: String

    private func invalid(_ wanted: String) -> TrainingError {
        .invalidValue(option: option, value: text.isEmpty ? "nothing" : text, wanted: wanted)
    }

    func bool() throws(TrainingError) -> Bool {
        switch text.lowercased() {
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        default: throw invalid("true or false")
        }
    }

    func integer(_ range: ClosedRange<Int>) throws(TrainingError) -> Int {
        guard let value = Int(text) else { throw invalid("a whole number") }
        guard range.contains(value) else {
            throw invalid(
                range.upperBound == .max
                    ? "\(range.lowerBound) or more" : "from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func number(_ range: ClosedRange<Double>) throws(TrainingError) -> Double {
        guard let value = Double(text), value.isFinite else { throw invalid("a number") }
        guard range.contains(value) else {
            throw invalid("from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func date() throws(TrainingError) -> CalendarDate {
        guard let date = CalendarDate(iso: text) else { throw invalid("a day as 2026-11-24") }
        return date
    }

    /// A value of which ds supports only some.
    func only(_ supported: String...) throws(TrainingError) {
        guard supported.contains(text.lowercased()) else {
            throw .unsupportedValue(option: option, value: text, supported: supported.joined(separator: " or "))
        }
    }

    /// One of an enumeration's raw values.
    func choice<Choice: RawRepresentable & CaseIterable>() throws(TrainingError) -> Choice
    where Choice.RawValue == String {
        guard let choice = Choice(rawValue: text) else {
            throw .unsupportedValue(
                option: option, value: text, supported: Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }

    /// Names with values, as `a=1,b=2` or as JSON's `{"a": 1, "b": 2}`.
    func pairs() throws(TrainingError) -> [(name: String, value: OptionValue)] {
        let plain = text.filter { !"{}\"' ".contains($0) }
        return try plain.split(separator: ",").map { item throws(TrainingError) in
            let parts = item.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "=" || $0 == ":" }
            guard parts.count == 2, !parts[0].isEmpty else { throw invalid("names with values, like num_cycles=2") }
            return (String(parts[0]), OptionValue(option: "\(option).\(parts[0])", text: String(parts[1])))
        }
    }

    /// Numbers above 0 with commas between them.
    func weights() throws(TrainingError) -> [Double] {
        try list().map { item throws(TrainingError) in
            guard let weight = Double(item), weight > 0, weight.isFinite else {
                throw invalid("numbers above 0 with commas between them, one for each data set")
            }
            return weight
        }
    }

    /// Names with commas between them.
    func list() -> [String] {
        text.split(separator: ",").map { $0.drop(while: \.isWhitespace) }.map { name in
            String(name.reversed().drop(while: \.isWhitespace).reversed())
        }.filter { !$0.isEmpty }
    }
}
