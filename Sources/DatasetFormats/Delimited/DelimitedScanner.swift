/// Finds the fields of one record of a delimited text (RFC 4180).
struct DelimitedScanner {
    enum Outcome {
        /// `next` is where the next record begins, `lines` how many line breaks the record holds or ends with.
        case record(fields: [Field], next: Int, lines: Int)
        /// The text ends before the record does.
        case needsMore
        case defect(DelimitedDefect, lines: Int)
    }

    /// A field's text, without the quotes around it.
    struct Field {
        let range: Range<Int>
        /// Whether quotes inside it are doubled.
        let hasDoubledQuotes: Bool
    }

    private static let quote = UInt8(ascii: "\"")
    let delimiter: UInt8

    /// - Parameter isFinal: whether the text ends where the buffer does.
    func scan(_ text: UnsafeBufferPointer<UInt8>, from start: Int, isFinal: Bool) -> Outcome {
        var fields: [Field] = []
        var position = start
        var lines = 0
        while true {
            if position < text.count, text[position] == Self.quote {
                guard let end = closingQuote(text, from: position + 1, isFinal: isFinal) else {
                    return isFinal ? .defect(.unclosedQuote, lines: 0) : .needsMore
                }
                let range = position + 1..<end.position
                lines += text[range].reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
                fields.append(Field(range: range, hasDoubledQuotes: end.hasDoubled))
                position = end.position + 1
            } else {
                let first = position
                while position < text.count, !endsField(text[position]) { position += 1 }
                // A line feed alone ends a record; a return before it belongs to the line break.
                let isReturn = position > first && position < text.count && text[position] == 0x0A
                let last = isReturn && text[position - 1] == 0x0D ? position - 1 : position
                fields.append(Field(range: first..<last, hasDoubledQuotes: false))
            }
            guard position < text.count else {
                guard isFinal else { return .needsMore }
                return .record(fields: trimmingReturn(fields, text), next: position, lines: lines)
            }
            switch text[position] {
            case delimiter: position += 1
            case 0x0A: return .record(fields: fields, next: position + 1, lines: lines + 1)
            case 0x0D where position + 1 >= text.count:
                guard isFinal else { return .needsMore }
                return .record(fields: fields, next: position + 1, lines: lines)
            case 0x0D where text[position + 1] == 0x0A:
                return .record(fields: fields, next: position + 2, lines: lines + 1)
            case let byte: return .defect(.afterQuote(byte: byte), lines: lines)
            }
        }
    }

    private func endsField(_ byte: UInt8) -> Bool { byte == delimiter || byte == 0x0A }

    /// A last record without a line feed may still end with a return.
    private func trimmingReturn(_ fields: [Field], _ text: UnsafeBufferPointer<UInt8>) -> [Field] {
        guard let last = fields.last, !last.hasDoubledQuotes, last.range.upperBound == text.count,
            let byte = text[last.range].last, byte == 0x0D
        else { return fields }
        return fields.dropLast() + [Field(range: last.range.dropLast(), hasDoubledQuotes: false)]
    }

    private func closingQuote(
        _ text: UnsafeBufferPointer<UInt8>, from start: Int, isFinal: Bool
    ) -> (position: Int, hasDoubled: Bool)? {
        var position = start
        var hasDoubled = false
        while position < text.count {
            guard text[position] == Self.quote else {
                position += 1
                continue
            }
            guard position + 1 < text.count else { return isFinal ? (position, hasDoubled) : nil }
            guard text[position + 1] == Self.quote else { return (position, hasDoubled) }
            hasDoubled = true
            position += 2
        }
        return nil
    }

    /// A field's bytes with doubled quotes made single.
    static func unquoted(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var skips = false
        for byte in bytes {
            if skips {
                skips = false
                continue
            }
            result.append(byte)
            skips = byte == quote
        }
        return result
    }
}
