/// What a function message is made of: calls as JSON, and what it says besides.
struct FunctionMessage {
    /// A thought, or anything around the words that calls stand between; empty for nothing.
    let text: String
    let calls: String

    init(_ content: String, callWords: WordPair = .call, thoughtWords: WordPair = .thought) {
        if let (before, inside, after) = callWords.split(content) {
            text = before + after
            calls = inside
        } else if let (before, inside, after) = thoughtWords.split(content) {
            text = thoughtWords.opening + inside + thoughtWords.closing
            calls = before + after
        } else {
            text = ""
            calls = content
        }
    }
}
