/// Normalisers that look at one scalar at a time.
enum ScalarMapping {
    static func map(_ text: [UInt8], _ body: (Unicode.Scalar, CategorySet, inout [UInt8]) -> Void) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        let span = text.span
        let table = CategoryTable.shared
        var position = 0
        while position < span.count {
            let (value, next) = UTF8Reading.scalar(in: span, at: position)
            if let scalar = Unicode.Scalar(value) { body(scalar, table.category(of: value), &result) }
            position = next
        }
        return result
    }

    /// Each scalar by itself, without regard to its neighbours.
    static func lowercased(_ text: [UInt8]) -> [UInt8] {
        map(text) { scalar, _, result in
            if scalar.isASCII {
                result.append(
                    scalar.value >= 0x41 && scalar.value <= 0x5A ? UInt8(scalar.value | 0x20) : UInt8(scalar.value))
            } else {
                result += scalar.properties.lowercaseMapping.utf8
            }
        }
    }

    static func removing(_ categories: CategorySet, from text: [UInt8]) -> [UInt8] {
        map(text) { scalar, category, result in
            if category.isDisjoint(with: categories) { UTF8Reading.append(scalar, to: &result) }
        }
    }

    static func stripped(_ text: [UInt8], left: Bool, right: Bool) -> [UInt8] {
        let span = text.span
        let table = CategoryTable.shared
        var lower = 0
        var upper = span.count
        if left { lower = WordScanning.runEnd(of: .whiteSpace, in: span, from: 0, to: upper, table) }
        while right, upper > lower {
            let before = UTF8Reading.previous(in: span, before: upper, limit: lower)
            let category = table.category(of: UTF8Reading.scalar(in: span, at: before).value)
            if category.isDisjoint(with: .whiteSpace) { break }
            upper = before
        }
        return Array(text[lower..<upper])
    }

    /// BERT's cleaning: control characters go, white space becomes spaces, ideographs get spaces around them.
    static func bert(_ text: [UInt8], cleans: Bool, spacesIdeographs: Bool) -> [UInt8] {
        map(text) { scalar, category, result in
            if cleans {
                if scalar.value == 0 || scalar.value == 0xFFFD { return }
                if !category.isDisjoint(with: .whiteSpace) {
                    // Of the control characters, tab and line breaks alone are space here.
                    if category == .whiteSpaceControl, ![0x09, 0x0A, 0x0D].contains(scalar.value) { return }
                    result.append(0x20)
                    return
                }
                if !category.isDisjoint(with: [.control, .format, .privateUse]) { return }
            }
            let isSpaced = spacesIdeographs && isIdeograph(scalar.value)
            if isSpaced { result.append(0x20) }
            UTF8Reading.append(scalar, to: &result)
            if isSpaced { result.append(0x20) }
        }
    }

    /// The blocks of CJK ideographs that BERT names.
    private static func isIdeograph(_ value: UInt32) -> Bool {
        switch value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }
}
