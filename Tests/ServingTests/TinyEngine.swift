import DatasetFormats
import Kernels
import LanguageModels
import Messages
import Serving
import StreamingLoader

/// The tiny model behind an engine, by itself as `tiny` and with a random adapter as `odd`.
struct TinyEngine: ModelCatalogue {
    let tiny: TinyChat
    let engine: InferenceEngine
    let pieces: PieceEncoder
    let adapter: LowRankAdapter
    let metrics = ServingMetrics()

    init(batchSize: Int = 4, queueLimit: Int = 64, cacheTokens: Int = 4096) throws {
        tiny = try TinyChat()
        pieces = try PieceEncoder(template: tiny.template, tokenizer: tiny.pretrained.tokenizer)
        var options = InferenceEngine.Options()
        options.batchSize = batchSize
        options.queueLimit = queueLimit
        options.cacheTokens = cacheTokens
        engine = InferenceEngine(
            model: tiny.model, tokenizer: tiny.pretrained.tokenizer, options: options, metrics: metrics)
        adapter = LowRankAdapter(
            try AdapterConfiguration(rank: 4, alpha: 64), for: tiny.model.configuration, trainable: false,
            in: tiny.model.context)
        adapter.initialise(seed: 9)
        // A second factor that is not zero, so that the adapter changes what is said.
        for (_, _, factors) in adapter.all {
            factors.b.assign((0..<factors.b.count).map { Double(($0 * 7919) % 17 - 8) / 40 })
        }
        adapter.pack()
    }

    var service: OpenAIService { OpenAIService(self) }

    func listings() -> [ModelListing] {
        [ModelListing(name: "tiny", base: nil, created: 1), ModelListing(name: "odd", base: "tiny", created: 2)]
    }

    func model(named name: String) throws -> ServedModel {
        guard name == "tiny" || name == "odd" else { throw OpenAIService.unknownModel(name) }
        return ServedModel(
            name: name, engine: engine, pieces: pieces, adapter: name == "odd" ? adapter : nil,
            vocabularySize: tiny.model.configuration.vocabularySize)
    }

    func request(_ question: String, adapter: LowRankAdapter? = nil) throws -> GenerationRequest {
        let prompt = try pieces.ids(
            try pieces.template.renderPrompt(
                [Message(role: .user, content: question)], system: nil, tools: nil, enableThinking: nil))
        var request = GenerationRequest(prompt: prompt, adapter: adapter)
        request.stopIDs = pieces.stopIDs
        request.maximumTokens = 60
        return request
    }

    /// Answers by how they ended, as the metrics tell.
    var endings: [String: Int] {
        var endings: [String: Int] = [:]
        for line in metrics.prometheusText.split(separator: "\n") where line.hasPrefix("ds_requests_total{ending=") {
            let parts = line.split(separator: "\"")
            endings[String(parts[1])] = Int(parts[2].dropFirst(2))
        }
        return endings
    }

    /// An answer and how it ended.
    static func answer(_ events: AsyncStream<GenerationEvent>) async -> (text: String, reason: ChatAnswer.Ending?) {
        var text = ""
        var reason: ChatAnswer.Ending?
        for await event in events {
            switch event {
            case .token(let token): text += token.text
            case .finished(let ending):
                text += ending.text
                reason = ending.reason
            case .failed(let problem): text += "FAILED \(problem)"
            }
        }
        return (text, reason)
    }
}
