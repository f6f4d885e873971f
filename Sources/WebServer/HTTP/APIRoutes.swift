import DatasetFormats
import Hummingbird
import Serving

/// OpenAI's endpoints, and those that watch the server.
struct APIRoutes: Sendable {
    let service: OpenAIService
    let metrics: ServingMetrics
    let bodyLimit: Int

    func add(to router: Router<WebContext>) {
        router.get("/health") { _, _ in Response(["status": .string("ok")]) }
        router.get("/metrics") { _, _ in
            Response(text: metrics.prometheusText, type: "text/plain; version=0.0.4; charset=utf-8")
        }
        router.get("/v1/models") { _, _ in Response(try await service.models()) }
        // A name may have slashes in it.
        router.get("/v1/models/**") { _, context in
            Response(try await service.model(context.parameters.getCatchAll().joined(separator: "/")))
        }
        post("/v1/chat/completions", router) { try await service.chatCompletion($0) }
        post("/v1/completions", router) { try await service.completion($0) }
        post("/v1/embeddings", router) { try await service.embeddings($0) }
    }

    private func post(
        _ path: RouterPath, _ router: Router<WebContext>,
        _ answer: @escaping @Sendable (JSONObject) async throws -> APIAnswer
    ) {
        router.post(path) { request, context in
            let object = try await request.jsonObject(limit: bodyLimit)
            switch try await context.whileConnected({ try await answer(object) }) {
            case .whole(let object): return Response(object)
            case .streamed(let stream): return ServerSentEvents.response(stream)
            }
        }
    }
}
