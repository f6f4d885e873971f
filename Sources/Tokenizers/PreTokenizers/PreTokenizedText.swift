/// A text on its way to a model: its bytes, and the parts that it has been cut into.
struct PreTokenizedText {
    var bytes: [UInt8] = []
    var words: [Range<Int>] = []
    /// Where the first part begins.
    private(set) var start = TextStart.beginning
    /// Memory for the next cut.
    private var spare: [Range<Int>] = []

    mutating func reset(_ content: some Collection<UInt8>, _ start: TextStart) {
        bytes.removeAll(keepingCapacity: bytes.capacity < 1 << 20)
        bytes.append(contentsOf: content)
        words.removeAll(keepingCapacity: words.capacity < 1 << 16)
        if !bytes.isEmpty { words.append(0..<bytes.count) }
        self.start = start
    }

    /// Replaces each part by parts of it, which `body` appends.
    mutating func refine(_ body: (Range<Int>, Span<UInt8>, inout [Range<Int>]) -> Void) {
        var refined: [Range<Int>] = []
        swap(&refined, &spare)
        refined.removeAll(keepingCapacity: refined.capacity < 1 << 16)
        Self.refine(words, of: bytes, into: &refined, body)
        spare = words
        words = refined
    }

    private static func refine(
        _ words: [Range<Int>], of bytes: [UInt8], into refined: inout [Range<Int>],
        _ body: (Range<Int>, Span<UInt8>, inout [Range<Int>]) -> Void
    ) {
        let text = bytes.span
        for word in words { body(word, text, &refined) }
    }

    /// Matches and what lies between them become parts.
    mutating func isolate(_ splitter: Splitter) {
        let table = CategoryTable.shared
        refine { part, text, result in
            var position = part.lowerBound
            while position < part.upperBound {
                guard
                    let match = splitter.match(
                        in: text, from: position, to: part.upperBound, lowerLimit: part.lowerBound, table)
                else { break }
                if match.lowerBound > position { result.append(position..<match.lowerBound) }
                result.append(match)
                position = match.upperBound
            }
            if position < part.upperBound { result.append(position..<part.upperBound) }
        }
    }

    mutating func split(_ splitter: Splitter, _ behaviour: SplitBehaviour, inverted: Bool) {
        let table = CategoryTable.shared
        refine { part, text, result in
            var pieces: [(range: Range<Int>, isMatch: Bool)] = []
            var position = part.lowerBound
            while let match = splitter.match(
                in: text, from: position, to: part.upperBound, lowerLimit: part.lowerBound, table)
            {
                if match.lowerBound > position { pieces.append((position..<match.lowerBound, inverted)) }
                pieces.append((match, !inverted))
                position = match.upperBound
            }
            if position < part.upperBound { pieces.append((position..<part.upperBound, inverted)) }
            Self.arrange(pieces, behaviour, into: &result)
        }
    }

    private static func arrange(
        _ pieces: [(range: Range<Int>, isMatch: Bool)], _ behaviour: SplitBehaviour, into result: inout [Range<Int>]
    ) {
        switch behaviour {
        case .isolated: result += pieces.map(\.range)
        case .removed: result += pieces.filter { !$0.isMatch }.map(\.range)
        case .contiguous:
            var last: Bool?
            for piece in pieces {
                append(piece.range, joining: last == piece.isMatch, last: &last, piece.isMatch, &result)
            }
        case .mergedWithPrevious:
            var last: Bool?
            for piece in pieces {
                append(piece.range, joining: piece.isMatch && last == false, last: &last, piece.isMatch, &result)
            }
        case .mergedWithNext:
            var last: Bool?
            for piece in pieces {
                append(piece.range, joining: !piece.isMatch && last == true, last: &last, piece.isMatch, &result)
            }
        }
    }

    private static func append(
        _ range: Range<Int>, joining: Bool, last: inout Bool?, _ isMatch: Bool, _ result: inout [Range<Int>]
    ) {
        if joining, let previous = result.popLast() {
            result.append(previous.lowerBound..<range.upperBound)
        } else {
            result.append(range)
        }
        last = isMatch
    }

    /// Puts some bytes before each part that does not begin with others.
    mutating func prefix(with prefix: [UInt8], unlessBeginningWith present: [UInt8]) {
        var result: [UInt8] = []
        var ranges: [Range<Int>] = []
        for (index, word) in words.enumerated() {
            let lower = result.count
            let goesOn = index == 0 && start == .continuation
            if !goesOn, !bytes[word].starts(with: present) { result += prefix }
            result += bytes[word]
            ranges.append(lower..<result.count)
        }
        bytes = result
        words = ranges
    }
}
