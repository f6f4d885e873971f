/// Why rows cannot be made into training examples.
public enum StreamingLoaderError: Error, Hashable, CustomStringConvertible {
    /// The template asks for a token that the tokenizer does not have.
    case missingToken(name: String)
    /// A row without an answer to learn.
    case notSupervised(row: Int)

    public var description: String {
        switch self {
        case .missingToken(let name): "the template uses the \(name) token, which this tokenizer does not have"
        case .notSupervised(let row): "row \(row): has no answer to learn"
        }
    }

    public var isMachineFailure: Bool { false }
    public var isWrongUse: Bool { false }
}
