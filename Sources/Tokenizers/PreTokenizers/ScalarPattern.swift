/// A regular expression over Unicode scalars, as far as pre-tokenisers use them, compiled: alternatives, groups,
/// classes with `\p{…}`, greedy and possessive repetitions, look-ahead, `(?i:…)`.
///
/// What it matches is what Perl's semantics say: from the left, the first alternative, repetitions as long as
/// possible, going back where the rest does not match.
struct ScalarPattern: Sendable {
    /// Why a pattern cannot be compiled.
    enum Defect: Error, Hashable {
        case unexpected(String, offset: Int)
        case tooLong
    }

    enum Instruction: Sendable {
        case set(Int)
        /// A set repeated: as often as possible, and fewer times if the rest wants it, unless possessive.
        case repeated(Int, minimum: Int, maximum: Int, isPossessive: Bool)
        /// Tries what follows at the first place, then at the second.
        case choice(Int, Int)
        case jump(Int)
        /// What follows up to an `accept`, tried without moving; goes on at `next`.
        case look(isNegative: Bool, next: Int)
        /// What follows up to an `accept`, without going back into it; goes on at `next`.
        case atomic(next: Int)
        case atStart
        case atEnd
        case accept
    }

    let instructions: [Instruction]
    let sets: [ScalarSet]

    init(_ pattern: String) throws(Defect) {
        var compiler = ScalarPatternCompiler(pattern)
        try compiler.compile()
        instructions = compiler.instructions
        sets = compiler.sets.map { ScalarSet($0) }
    }

    /// The first match that is not empty, from `start` on. Nothing outside `bounds` is looked at.
    func firstMatch(
        in text: Span<UInt8>, from start: Int, within bounds: Range<Int>, _ table: borrowing CategoryTable
    ) -> Range<Int>? {
        var position = start
        var stack: [Frame] = []
        // What fails at a place fails there wherever the match began.
        var failures = Failures()
        while position < bounds.upperBound {
            if let end = run(0, in: text, at: position, within: bounds, table, &stack, &failures), end > position {
                return position..<end
            }
            position = UTF8Reading.scalar(in: text, at: position).next
        }
        return nil
    }

    /// A place to go back to: at `high`, then at each scalar before it down to `low`.
    struct Frame {
        let next: Int
        let low: Int
        var high: Int
    }

    private func run(
        _ first: Int, in text: Span<UInt8>, at start: Int, within bounds: Range<Int>,
        _ table: borrowing CategoryTable, _ stack: inout [Frame], _ failures: inout Failures
    ) -> Int? {
        let base = stack.count
        defer { stack.removeLast(stack.count - base) }
        var next = first
        var position = start
        while true {
            var matched = true
            switch instructions[next] {
            case .accept:
                return position
            case .set(let set):
                if position < bounds.upperBound {
                    let (scalar, after) = UTF8Reading.scalar(in: text, at: position)
                    matched = sets[set].contains(scalar, table)
                    position = after
                } else {
                    matched = false
                }
                next += 1
            case .repeated(let set, let minimum, let maximum, let isPossessive):
                let run = repeatRun(set, minimum, maximum, in: text, at: position, to: bounds.upperBound, table)
                next += 1
                if let run {
                    if !isPossessive, run.upperBound > run.lowerBound {
                        stack.append(Frame(next: next, low: run.lowerBound, high: run.upperBound))
                    }
                    position = run.upperBound
                } else {
                    matched = false
                }
            case .choice(let preferred, let other):
                // Entered at the position itself: going back one scalar from past it would not do.
                stack.append(Frame(next: other, low: -1, high: position))
                next = preferred
            case .jump(let target):
                next = target
            case .look(let isNegative, let after):
                var inner = Failures()
                let found = run(next + 1, in: text, at: position, within: bounds, table, &stack, &inner) != nil
                matched = found != isNegative
                next = after
            case .atomic(let after):
                var inner = Failures()
                if let end = run(next + 1, in: text, at: position, within: bounds, table, &stack, &inner) {
                    position = end
                } else {
                    matched = false
                }
                next = after
            case .atStart:
                matched = position == bounds.lowerBound
                next += 1
            case .atEnd:
                matched = position == bounds.upperBound
                next += 1
            }
            if matched { continue }
            repeat {
                guard stack.count > base, var frame = stack.popLast() else { return nil }
                next = frame.next
                if frame.low < 0 {
                    position = frame.high
                } else {
                    frame.high = UTF8Reading.previous(in: text, before: frame.high, limit: frame.low)
                    position = frame.high
                    if frame.high > frame.low { stack.append(frame) }
                }
            } while failures.hasSeen(next, at: position)
        }
    }

    /// Where a match was tried from and failed. A pattern with a repetition inside a repetition would come back to the
    /// same places over and over, twice as often for each scalar more; nothing but the place decides whether the rest
    /// matches from there, so that once is enough.
    private struct Failures {
        private struct Place: Hashable {
            let instruction: Int
            let position: Int
        }

        private var places: Set<Place> = []
        private var returnCount = 0

        /// Times of going back before places are remembered: patterns of real tokenizers seldom need as many.
        private static let freeReturns = 512

        /// Whether this is not the first time since places are remembered.
        @inline(__always)
        mutating func hasSeen(_ instruction: Int, at position: Int) -> Bool {
            returnCount &+= 1
            guard returnCount > Self.freeReturns else { return false }
            return !places.insert(Place(instruction: instruction, position: position)).inserted
        }
    }

    /// From where the fewest repetitions end to where the most do; nil where there are too few.
    private func repeatRun(
        _ set: Int, _ minimum: Int, _ maximum: Int, in text: Span<UInt8>, at start: Int, to end: Int,
        _ table: borrowing CategoryTable
    ) -> ClosedRange<Int>? {
        var position = start
        var low = start
        var count = 0
        while count < maximum, position < end {
            let (scalar, after) = UTF8Reading.scalar(in: text, at: position)
            guard sets[set].contains(scalar, table) else { break }
            position = after
            count += 1
            if count == minimum { low = position }
        }
        return count >= minimum ? low...position : nil
    }
}
