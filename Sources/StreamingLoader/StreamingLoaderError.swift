import SystemPackage

/// Why rows cannot be made into training examples.
public enum StreamingLoaderError: Error, Hashable, CustomStringConvertible {
    /// The template asks for a token that the tokenizer does not have.
    case missingToken(name: String)
    /// A row without an answer to learn.
    case notSupervised(row: Int)
    /// A row without a better and a worse answer.
    case notPairwise(row: Int)
    /// A row whose answer nobody judged.
    case notJudged(row: Int)
    /// A row without a text to read.
    case noText(row: Int)
    /// A row longer than a packed sequence.
    case tooLong(row: Int, tokens: Int, limit: Int)
    case tooManyRows(source: String, count: Int)
    /// Data sets that cannot be mixed as asked.
    case impossibleMixture(problem: String)
    /// No state that a loader could go on from.
    case malformedState(problem: String)
    /// Tokens that are not what their shard says.
    case malformedTokenShard(source: String, problem: String)
    /// There is no room for the tokens of a training, or they cannot be read again.
    case unkept(folder: FilePath, Errno)

    public var description: String {
        switch self {
        case .missingToken(let name): "the template uses the \(name) token, which this tokenizer does not have"
        case .notSupervised(let row): "row \(row): has no answer to learn"
        case .notPairwise(let row): "row \(row): has no chosen and rejected answer"
        case .notJudged(let row): "row \(row): has no answer that is judged good or bad"
        case .noText(let row): "row \(row): has no text"
        case .tooLong(let row, let tokens, let limit):
            "row \(row): \(tokens) tokens are more than a packed sequence's \(limit); raise --cutoff-len"
        case .tooManyRows(let source, let count): "\(source): \(count) rows are more than can be numbered"
        case .impossibleMixture(let problem): "the data sets cannot be mixed so: \(problem)"
        case .malformedState(let problem): "the loader's state cannot be gone on from: \(problem)"
        case .malformedTokenShard(let source, let problem):
            "\(source): \(problem); make its tokens again with ds tokenize"
        case .unkept(let folder, let errno):
            "\(folder): the rows' tokens cannot be kept there for as long as the training lasts: \(errno); name a folder"
                + " with room for them in TMPDIR"
        }
    }

    /// Whether the row alone is wrong, and the others can be taken.
    public var isAboutOneRow: Bool {
        switch self {
        case .notSupervised, .notPairwise, .notJudged, .noText, .tooLong: true
        case .missingToken, .tooManyRows, .unkept, .impossibleMixture, .malformedState, .malformedTokenShard: false
        }
    }

    /// What is wrong, without where: equal for rows that are wrong in the same way.
    public var kind: String {
        switch self {
        case .missingToken: "a token that is missing"
        case .notSupervised: "no answer"
        case .notPairwise: "no pair of answers"
        case .notJudged: "no judged answer"
        case .noText: "no text"
        case .tooLong: "longer than a packed sequence"
        case .tooManyRows: "too many rows"
        case .impossibleMixture: "an impossible mixture"
        case .malformedState: "a malformed state"
        case .malformedTokenShard: "a malformed token shard"
        case .unkept: "no room for tokens"
        }
    }

    public var isMachineFailure: Bool {
        if case .unkept = self { true } else { false }
    }

    public var isWrongUse: Bool {
        switch self {
        case .impossibleMixture, .malformedState: true
        default: false
        }
    }
}
