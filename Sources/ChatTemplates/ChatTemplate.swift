/// How a conversation becomes the text that a model was taught: LLaMA-Factory's kind of template.
///
/// A slot is a list of pieces, where `{{content}}` in a text stands for the message.
public struct ChatTemplate: Sendable, Hashable {
    public let name: String
    let user: [TemplatePiece]
    let assistant: [TemplatePiece]
    let system: [TemplatePiece]
    let function: [TemplatePiece]
    let observation: [TemplatePiece]
    let prefix: [TemplatePiece]
    let toolFormat: ToolFormat
    /// The system text where a row has none; empty for none.
    public let defaultSystem: String
    /// Texts of tokens at which an answer ends, besides the end of sequence.
    public let stopWords: [String]
    /// Whether the end of sequence is learnt where the next turn begins, rather than written after each answer.
    public let usesEfficientEndOfSequence: Bool
    /// Whether the first stop word takes the place of the end-of-sequence token.
    public let replacesEndOfSequence: Bool

    init(
        name: String, user: [TemplatePiece], assistant: [TemplatePiece], system: [TemplatePiece],
        function: [TemplatePiece]? = nil, observation: [TemplatePiece]? = nil, prefix: [TemplatePiece] = [],
        toolFormat: ToolFormat = .standard, defaultSystem: String = "", stopWords: [String] = [],
        usesEfficientEndOfSequence: Bool = false, replacesEndOfSequence: Bool = false
    ) {
        self.name = name
        self.user = user
        self.assistant = assistant
        self.system = system
        self.function = function ?? assistant
        self.observation = observation ?? user
        self.prefix = prefix
        self.toolFormat = toolFormat
        self.defaultSystem = defaultSystem
        self.stopWords = stopWords
        self.usesEfficientEndOfSequence = usesEfficientEndOfSequence
        self.replacesEndOfSequence = replacesEndOfSequence
    }
}
