/// Finds words at which an answer ends in text that comes in pieces, and holds back what may be the beginning of one.
public struct StopMatcher: Sendable {
    private let words: [[UInt8]]
    private var held: [UInt8] = []

    /// - Parameter words: empty ones stop nothing.
    public init(_ words: [String]) { self.words = words.map { Array($0.utf8) }.filter { !$0.isEmpty } }

    /// Of several words the one that is whole first counts, and of those the longest: whatever pieces a text comes in,
    /// it ends at the same place.
    ///
    /// - Returns: the text that can be given out, and whether a word was found right after it.
    public mutating func add(_ text: String) -> (text: String, isStopped: Bool) {
        guard !words.isEmpty else { return (text, false) }
        held += Array(text.utf8)
        if let start = firstWord {
            defer { held = [] }
            return (String(decoding: held[..<start], as: UTF8.self), true)
        }
        // A word may go on in the next piece.
        let end = held.indices.first { start in words.contains { $0.starts(with: held[start...]) } } ?? held.count
        defer { held.removeFirst(end) }
        return (String(decoding: held[..<end], as: UTF8.self), false)
    }

    /// Where the word begins that is whole first.
    private var firstWord: Int? {
        for end in held.indices.map({ $0 + 1 }) {
            let ending = words.filter { $0.count <= end && held[(end - $0.count)..<end].elementsEqual($0) }
            if let longest = ending.map(\.count).max() { return end - longest }
        }
        return nil
    }

    /// What is held back, once nothing more comes.
    public mutating func finish() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }
}
