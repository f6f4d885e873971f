/// What is done to a text before it is cut.
struct Normalizer: Sendable {
    enum Step: Sendable {
        case form(UnicodeForm)
        /// Puts bytes before a text that is not empty, or after it.
        case prepend([UInt8])
        case append([UInt8])
        case replacePattern(Splitter, with: [UInt8])
        case lowercase
        case strip(left: Bool, right: Bool)
        case removeMarks
        case removeNonspacingMarks
        case bert(cleans: Bool, spacesIdeographs: Bool)
        case map(PrecompiledCharacterMap)
        case sentencePiece(SentencePieceNormalizer)
    }

    var steps: [Step] = []

    var isIdentity: Bool { steps.isEmpty }

    /// - Parameter start: where the text begins; no longer where the whole does where its beginning is removed, after
    ///   which Hugging Face's tokenizers do not count the rest as the beginning.
    func normalize(_ text: [UInt8], _ start: inout TextStart) -> [UInt8] {
        var text = text
        for step in steps {
            guard !text.isEmpty else { return text }
            if start == .beginning, removesFirst(step, of: text) { start = .segment }
            switch step {
            case .form(let form): text = form.apply(to: text)
            case .prepend(let prefix): if start != .continuation { text = prefix + text }
            case .append(let suffix): text += suffix
            case .replacePattern(let splitter, let replacement):
                text = Self.replace(splitter, with: replacement, in: text)
            case .lowercase: text = ScalarMapping.lowercased(text)
            case .strip(let left, let right): text = ScalarMapping.stripped(text, left: left, right: right)
            case .removeMarks: text = ScalarMapping.removing(.mark, from: text)
            case .removeNonspacingMarks: text = ScalarMapping.removing(.nonspacingMark, from: text)
            case .bert(let cleans, let spaces):
                text = ScalarMapping.bert(text, cleans: cleans, spacesIdeographs: spaces)
            case .map(let map): text = map.apply(to: text)
            case .sentencePiece(let normalizer): text = normalizer.normalize(text, start)
            }
        }
        return text
    }

    private func removesFirst(_ step: Step, of text: [UInt8]) -> Bool {
        let category = CategoryTable.shared.category(of: UTF8Reading.scalar(in: text.span, at: 0).value)
        return switch step {
        case .strip(left: true, right: _): !category.isDisjoint(with: .whiteSpace)
        case .removeMarks: !category.isDisjoint(with: .mark)
        case .removeNonspacingMarks: category == .nonspacingMark
        default: false
        }
    }

    private static func replace(_ splitter: Splitter, with replacement: [UInt8], in text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count + text.count / 2)
        let span = text.span
        let table = CategoryTable.shared
        var position = 0
        while let match = splitter.match(in: span, from: position, to: span.count, lowerLimit: 0, table) {
            result += text[position..<match.lowerBound]
            result += replacement
            position = match.upperBound
        }
        result += text[position...]
        return result
    }
}
