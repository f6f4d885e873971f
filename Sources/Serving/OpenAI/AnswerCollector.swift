import DatasetFormats
import LanguageModels

/// One answer, put together from its events.
struct AnswerCollector {
    private(set) var text = ""
    private(set) var tokens: [GenerationEvent.GeneratedToken] = []
    private(set) var ending: GenerationEvent.Ending?

    init(opening: String) { text = opening }

    /// - Throws: `APIError` where the answer failed.
    mutating func add(_ event: GenerationEvent) throws {
        switch event {
        case .token(let token):
            text += token.text
            tokens.append(token)
        case .finished(let ending):
            text += ending.text
            self.ending = ending
        case .failed(let problem): throw APIError(status: 500, message: problem, type: "server_error")
        }
    }

    /// The answer as it ended.
    ///
    /// - Throws: where its events broke off.
    func finished() throws -> GenerationEvent.Ending {
        guard let ending else { throw CancellationError() }
        return ending
    }
}
