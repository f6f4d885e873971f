import DatasetFormats
import Foundation
import LanguageModels

/// OpenAI's API over the models of a catalogue: what each endpoint makes of a request's object. It knows nothing of
/// HTTP.
public struct OpenAIService: Sendable {
    let catalogue: any ModelCatalogue

    /// Tokens of a chat's answer where the request does not say.
    public static let defaultChatTokens = 1024
    /// Tokens of a plain completion where the request does not say, as OpenAI has it.
    static let defaultCompletionTokens = 16
    /// Most texts of one request.
    static let maximumInputs = 256

    public init(_ catalogue: any ModelCatalogue) { self.catalogue = catalogue }

    /// `GET /v1/models`.
    public func models() async throws -> JSONObject {
        ["object": .string("list"), "data": .array(try await catalogue.listings().map { .object(Self.json($0)) })]
    }

    /// `GET /v1/models/NAME`.
    public func model(_ name: String) async throws -> JSONObject {
        guard let listing = try await catalogue.listings().first(where: { $0.name == name }) else {
            throw Self.unknownModel(name)
        }
        return Self.json(listing)
    }

    public static func unknownModel(_ name: String) -> APIError {
        APIError(
            status: 404, message: "there is no model \(name); GET /v1/models lists them", parameter: "model",
            code: "model_not_found")
    }

    private static func json(_ listing: ModelListing) -> JSONObject {
        [
            "id": .string(listing.name), "object": .string("model"), "created": .int(listing.created),
            "owned_by": .string("ds"), "parent": listing.base.map { .string($0) } ?? .null,
        ]
    }

    func servedModel(_ fields: RequestFields) async throws -> ServedModel {
        guard let name = try fields.string("model") else { throw APIError.invalid("model", "is missing") }
        return try await catalogue.model(named: name)
    }

    static func identifier(_ prefix: String) -> String {
        prefix + UUID().uuidString.lowercased().filter { $0 != "-" }
    }

    static var now: Int { Int(Date().timeIntervalSince1970) }

    static func usage(prompt: Int, answer: Int) -> JSONValue {
        .object([
            "prompt_tokens": .int(prompt), "completion_tokens": .int(answer), "total_tokens": .int(prompt + answer),
        ])
    }

    /// Starts an answer for each request, all or none.
    static func start(_ requests: [GenerationRequest], on engine: InferenceEngine) throws -> [AsyncStream<
        GenerationEvent
    >] {
        try requests.map { try engine.generate($0) }
    }

    /// Every event of several answers, as they come, each with its answer's number.
    static func merged(
        _ streams: [AsyncStream<GenerationEvent>]
    ) -> AsyncStream<(index: Int, event: GenerationEvent)> {
        AsyncStream { continuation in
            let task = Task {
                await withTaskGroup(of: Void.self) { group in
                    for (index, stream) in streams.enumerated() {
                        group.addTask {
                            for await event in stream { continuation.yield((index, event)) }
                        }
                    }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// A stream of pieces that ends its work when nobody reads it any more.
    static func streamed(
        _ body: @escaping @Sendable (AsyncThrowingStream<JSONObject, any Error>.Continuation) async throws -> Void
    ) -> APIAnswer {
        .streamed(
            AsyncThrowingStream { continuation in
                let task = Task {
                    do {
                        try await body(continuation)
                        continuation.finish()
                    } catch {
                        continuation.finish(throwing: error)
                    }
                }
                continuation.onTermination = { _ in task.cancel() }
            })
    }
}
