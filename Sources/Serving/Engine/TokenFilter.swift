import LanguageModels
import Tokenizers

/// Which tokens may come next in an answer that has to look like something.
struct TokenFilter {
    private enum State {
        case free
        case object(JSONObjectGrammar)
        case beginning(words: [[UInt8]], written: [UInt8])
    }

    private var state: State
    private let tokenizer: Tokenizer
    private let stopIDs: Set<Int32>

    init(_ constraint: GenerationRequest.Constraint, tokenizer: Tokenizer, stopIDs: Set<Int32>) {
        self.tokenizer = tokenizer
        self.stopIDs = stopIDs
        switch constraint {
        case .none: state = .free
        case .jsonObject: state = .object(JSONObjectGrammar())
        case .beginning(let words):
            let words = words.map { Array($0.utf8) }.filter { !$0.isEmpty }
            state = words.isEmpty ? .free : .beginning(words: words, written: [])
        }
    }

    var isFree: Bool {
        if case .free = state { true } else { false }
    }

    /// Whether nothing may follow.
    var isComplete: Bool {
        if case .object(let grammar) = state { grammar.isComplete } else { false }
    }

    func allows(_ token: Int32) -> Bool {
        if isFree { return true }
        guard !stopIDs.contains(token), !tokenizer.specialIDs.contains(token),
            let bytes = try? tokenizer.decodeBytes([token]), !bytes.isEmpty
        else { return false }
        switch state {
        case .free: return true
        case .object(var grammar): return grammar.accept(bytes)
        case .beginning(let words, let written):
            let text = written + bytes
            return words.contains { $0.starts(with: text) || text.starts(with: $0) }
        }
    }

    /// Notes a token that is allowed.
    mutating func note(_ token: Int32) {
        guard !isFree, let bytes = try? tokenizer.decodeBytes([token]) else { return }
        switch state {
        case .free: break
        case .object(var grammar):
            _ = grammar.accept(bytes)
            state = .object(grammar)
        case .beginning(let words, let written):
            let text = written + bytes
            // A word may be the beginning of another: of `get` and `get_weather`, what comes next decides.
            let isDone =
                words.contains { text.starts(with: $0) } && !words.contains { $0 != text && $0.starts(with: text) }
            state = isDone ? .free : .beginning(words: words, written: text)
        }
    }
}
