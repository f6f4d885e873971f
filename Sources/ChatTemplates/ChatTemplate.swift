/// How a conversation becomes the text that a model was taught: LLaMA-Factory's kind of template.
///
/// A slot is a list of pieces, where `{{content}}` in a text stands for the message.
public struct ChatTemplate: Sendable, Hashable {
    /// Where the system text, and the tools told after it, are put.
    enum SystemPlace: String, Sendable {
        /// In a turn of its own, before the first.
        case own
        /// Before the text of the first user's turn, inside it.
        case user
    }

    /// What a reasoning template says where an answer has no thought.
    enum EmptyThought: String, Sendable {
        /// Both words, with nothing between them.
        case bothWords = "both_words"
        /// The closing word alone.
        case lastWord = "last_word"
    }

    public internal(set) var name: String
    let user: [TemplatePiece]
    let assistant: [TemplatePiece]
    let system: [TemplatePiece]
    let function: [TemplatePiece]
    let observation: [TemplatePiece]
    let prefix: [TemplatePiece]
    /// A slot that tools are put into as they are, instead of being told in the tool format; empty for none.
    let tools: [TemplatePiece]
    let systemPlace: SystemPlace
    /// How tools are told, and how the model calls them.
    public let toolFormat: ToolFormat
    /// The system text where a row has none; empty for none.
    public internal(set) var defaultSystem: String
    /// Texts of tokens at which an answer ends, besides the end of sequence.
    public let stopWords: [String]
    /// What a thought stands between.
    public let thoughtWords: WordPair
    /// What calls stand between in a function message that has text besides.
    let callWords: WordPair
    /// Nil where the template is not one of reasoning, and thoughts are text like any other.
    var emptyThought: EmptyThought?
    /// Whether the model is taught to think; where it is not, thoughts are taken out and the empty one is given.
    public let enablesThinking: Bool
    /// Whether earlier answers keep their thoughts.
    public let preservesThinking: Bool
    /// Whether the end of sequence is learnt where the next turn begins, rather than written after each answer.
    public let usesEfficientEndOfSequence: Bool
    /// Whether the first stop word takes the place of the end-of-sequence token.
    public let replacesEndOfSequence: Bool
    /// Whether the template is to be saved with a model in place of the one that the model carries.
    public let replacesModelTemplate: Bool
    /// The day that a tool format tells, where it tells one; nil for the day on which it renders.
    public var date: CalendarDate?

    init(
        name: String, user: [TemplatePiece], assistant: [TemplatePiece], system: [TemplatePiece],
        function: [TemplatePiece]? = nil, observation: [TemplatePiece]? = nil, prefix: [TemplatePiece] = [],
        tools: [TemplatePiece] = [], systemPlace: SystemPlace = .own, toolFormat: ToolFormat = .standard,
        defaultSystem: String = "", stopWords: [String] = [], thoughtWords: WordPair = .thought,
        callWords: WordPair = .call, emptyThought: EmptyThought? = nil, enablesThinking: Bool = true,
        preservesThinking: Bool = false, usesEfficientEndOfSequence: Bool = false,
        replacesEndOfSequence: Bool = false, replacesModelTemplate: Bool = false
    ) {
        self.name = name
        self.user = user
        self.assistant = assistant
        self.system = system
        self.function = function ?? assistant
        self.observation = observation ?? user
        self.prefix = prefix
        self.tools = tools
        self.systemPlace = systemPlace
        self.toolFormat = toolFormat
        self.defaultSystem = defaultSystem
        self.stopWords = stopWords
        self.thoughtWords = thoughtWords
        self.callWords = callWords
        self.emptyThought = emptyThought
        self.enablesThinking = enablesThinking
        self.preservesThinking = preservesThinking
        self.usesEfficientEndOfSequence = usesEfficientEndOfSequence
        self.replacesEndOfSequence = replacesEndOfSequence
        self.replacesModelTemplate = replacesModelTemplate
    }

    /// Whether answers have thoughts, which earlier turns lose and which an answer without one gets empty.
    public var isReasoning: Bool { emptyThought != nil }
}
