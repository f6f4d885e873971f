/// Which part of an element a filter looks at: `attribute='a.b'`, an index, or the element itself.
struct AttributePath {
    private let parts: [JinjaValue]
    private let fallback: JinjaValue?

    init(_ attribute: JinjaValue?, default fallback: JinjaValue? = nil) {
        switch attribute {
        case .string(let path)?, .markup(let path)?:
            parts = path.split(separator: ".", omittingEmptySubsequences: false).map { part in
                Int(part).flatMap { $0 >= 0 ? .int($0) : nil } ?? .string(String(part))
            }
        case nil, JinjaValue.none?: parts = []
        case let key?: parts = [key]
        }
        self.fallback = fallback
    }

    func value(of element: JinjaValue) throws(JinjaError) -> JinjaValue {
        var value = element
        for part in parts {
            value = try lookUp(element: part, of: value)
            if let fallback, value.isUndefined { value = fallback }
        }
        return value
    }
}

/// What a filter compares of an element: texts without regard to case unless it is asked to regard it.
func comparisonKey(_ value: JinjaValue, isCaseSensitive: Bool) -> JinjaValue {
    if !isCaseSensitive, let text = value.text { return .string(LetterCase.lower(text)) }
    return value
}
