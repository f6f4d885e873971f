/// What can be wrong with a tokenizer's files, or with ids that it is given.
public enum TokenizersError: Error, Hashable, CustomStringConvertible {
    /// A part of the tokenizer that this program does not have.
    case unsupported(source: String, what: String)
    /// The vocabulary or its merges contradict themselves.
    case malformed(source: String, problem: String)
    case unknownID(Int32, vocabularySize: Int)

    public var description: String {
        switch self {
        case .unsupported(let source, let what): "\(source): \(what) is not supported"
        case .malformed(let source, let problem): "\(source): \(problem)"
        case .unknownID(let id, let size): "token id \(id) is outside the vocabulary of \(size)"
        }
    }

    public var isMachineFailure: Bool { false }
    public var isWrongUse: Bool { false }
}
