/// Finds added tokens in text.
struct AddedTokens: Sendable {
    /// Which token wins where several overlap.
    enum Precedence: Sendable {
        /// The leftmost, and of those the longest: Hugging Face's.
        case leftmost
        /// The longest, wherever it is: llama.cpp's.
        case longest
    }

    /// A part of a text: a token, or what lies between tokens.
    enum Part: Hashable {
        case token(Int32)
        case text(Range<Int>)
    }

    private let tokens: [AddedToken]
    private let trie: TokenTrie
    private let precedence: Precedence

    init(_ tokens: [AddedToken], precedence: Precedence) {
        self.tokens = tokens
        self.precedence = precedence
        var trie = TokenTrie()
        for (index, token) in tokens.enumerated() { trie.insert(token.bytes, value: Int32(index)) }
        self.trie = trie
    }

    var isEmpty: Bool { tokens.isEmpty }

    /// The end of the longest token that begins at a place, without regard to its neighbours.
    func longestEnd(in text: Span<UInt8>, at position: Int) -> Int? {
        var end: Int?
        trie.forEachMatch(in: text, from: position, to: text.count) { matchEnd, _ in end = matchEnd }
        return end
    }

    func parts(of text: [UInt8], includingSpecial: Bool) -> [Part] {
        guard !text.isEmpty else { return [] }
        guard !tokens.isEmpty else { return [.text(0..<text.count)] }
        var parts: [Part] = []
        var start = 0
        var position = 0
        let span = text.span
        while position < span.count {
            guard trie.mayBegin(span[position]), var match = longest(in: span, at: position, includingSpecial) else {
                position += 1
                continue
            }
            if precedence == .longest {
                // The part before it may hold shorter tokens, which come first in the text.
                if preempted(&match, in: span, includingSpecial) {
                    appendShorter(start..<match.range.lowerBound, span, includingSpecial, &parts, from: position)
                    start = match.range.lowerBound
                }
            } else {
                match.range = stripped(match, in: span, from: start)
            }
            if match.range.lowerBound > start { parts.append(.text(start..<match.range.lowerBound)) }
            parts.append(.token(tokens[match.index].id))
            start = match.range.upperBound
            position = start
        }
        if start < span.count { parts.append(.text(start..<span.count)) }
        return parts
    }

    private struct Match {
        var index: Int
        var range: Range<Int>
    }

    private func longest(
        in text: Span<UInt8>, at position: Int, to limit: Int = .max, _ includingSpecial: Bool
    ) -> Match? {
        var found: Match?
        trie.forEachMatch(in: text, from: position, to: min(limit, text.count)) { end, value in
            let token = tokens[Int(value)]
            guard includingSpecial || !token.isSpecial else { return }
            guard !token.isSingleWord || isAlone(position..<end, in: text) else { return }
            found = Match(index: Int(value), range: position..<end)
        }
        return found
    }

    /// Whether no word goes on before or after.
    private func isAlone(_ range: Range<Int>, in text: Span<UInt8>) -> Bool {
        func isWord(_ position: Int) -> Bool {
            let scalar = UTF8Reading.scalar(in: text, at: position).value
            return ScalarSet.word.contains(scalar, CategoryTable.shared.category(of: scalar))
        }
        if range.lowerBound > 0, isWord(UTF8Reading.previous(in: text, before: range.lowerBound, limit: 0)) {
            return false
        }
        return range.upperBound == text.count || !isWord(range.upperBound)
    }

    /// The match with the white space that it takes along, but for what earlier tokens have.
    private func stripped(_ match: Match, in text: Span<UInt8>, from start: Int) -> Range<Int> {
        let token = tokens[match.index]
        guard token.stripsLeft || token.stripsRight else { return match.range }
        let table = CategoryTable.shared
        var lower = match.range.lowerBound
        while token.stripsLeft, lower > start {
            let before = UTF8Reading.previous(in: text, before: lower, limit: start)
            let category = table.category(of: UTF8Reading.scalar(in: text, at: before).value)
            if category.isDisjoint(with: .whiteSpace) { break }
            lower = before
        }
        let upper =
            token.stripsRight
            ? WordScanning.runEnd(of: .whiteSpace, in: text, from: match.range.upperBound, to: text.count, table)
            : match.range.upperBound
        return lower..<upper
    }

    /// Moves to a longer token that begins inside the match, and on from that; whether there was one.
    private func preempted(
        _ match: inout Match, in text: Span<UInt8>, to limit: Int = .max, _ includingSpecial: Bool
    ) -> Bool {
        var moved = false
        var position = match.range.lowerBound + 1
        while position < match.range.upperBound {
            if let other = longest(in: text, at: position, to: limit, includingSpecial),
                other.range.count > match.range.count
            {
                match = other
                moved = true
            }
            position += 1
        }
        return moved
    }

    /// The tokens that lie wholly before a longer one.
    private func appendShorter(
        _ range: Range<Int>, _ text: Span<UInt8>, _ includingSpecial: Bool, _ parts: inout [Part], from first: Int
    ) {
        var start = range.lowerBound
        // Ends of what is to be cut, the nearest last: a longer token splits the rest in two.
        var limits = [range.upperBound]
        var waiting: [Match] = []
        var position = first
        while let limit = limits.last {
            if position >= limit {
                if limit > start { parts.append(.text(start..<limit)) }
                limits.removeLast()
                if let match = waiting.popLast() {
                    parts.append(.token(tokens[match.index].id))
                    start = match.range.upperBound
                    position = start
                }
                continue
            }
            guard var match = longest(in: text, at: position, to: limit, includingSpecial) else {
                position += 1
                continue
            }
            _ = preempted(&match, in: text, to: limit, includingSpecial)
            limits.append(match.range.lowerBound)
            waiting.append(match)
        }
    }
}
