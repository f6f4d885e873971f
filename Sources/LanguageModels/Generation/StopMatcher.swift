/// Finds words at which an answer ends in text that comes in pieces, and holds back what may be the beginning of one.
public struct StopMatcher: Sendable {
    private let words: [[UInt8]]
    private var held: [UInt8] = []

    /// - Parameter words: empty ones stop nothing.
    public init(_ words: [String]) { self.words = words.map { Array($0.utf8) }.filter { !$0.isEmpty } }

    /// - Returns: the text that can be given out, and whether a word was found right after it.
    public mutating func add(_ text: String) -> (text: String, isStopped: Bool) {
        guard !words.isEmpty else { return (text, false) }
        held += Array(text.utf8)
        for start in held.indices {
            let rest = held[start...]
            if words.contains(where: { rest.starts(with: $0) }) {
                defer { held = [] }
                return (String(decoding: held[..<start], as: UTF8.self), true)
            }
            // A word may go on in the next piece.
            if words.contains(where: { $0.starts(with: rest) }) {
                defer { held.removeFirst(start) }
                return (String(decoding: held[..<start], as: UTF8.self), false)
            }
        }
        defer { held = [] }
        return (String(decoding: held, as: UTF8.self), false)
    }

    /// What is held back, once nothing more comes.
    public mutating func finish() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }
}
