import DatasetFormats
import LanguageModels

/// An error in the shape that OpenAI's API has, with its HTTP status.
public struct APIError: Error, Sendable, Hashable {
    public let status: Int
    public let message: String
    public let type: String
    /// The field of the request that is wrong.
    public let parameter: String?
    public let code: String?
    /// Seconds after which to try again.
    public let retryAfter: Int?

    public init(
        status: Int, message: String, type: String = "invalid_request_error", parameter: String? = nil,
        code: String? = nil, retryAfter: Int? = nil
    ) {
        self.status = status
        self.message = message
        self.type = type
        self.parameter = parameter
        self.code = code
        self.retryAfter = retryAfter
    }

    static func invalid(_ parameter: String, _ problem: String, code: String? = nil) -> APIError {
        APIError(status: 400, message: "\(parameter): \(problem)", parameter: parameter, code: code)
    }

    /// What another error is to a client.
    public init(_ error: any Error) {
        switch error {
        case let error as APIError: self = error
        case ServingError.queueFull(_, let retryAfter):
            self.init(
                status: 429, message: "\(error)", type: "rate_limit_error", code: "queue_full", retryAfter: retryAfter)
        case ServingError.stopped:
            self.init(status: 503, message: "\(error)", type: "server_error", code: "stopped", retryAfter: 1)
        case LanguageModelsError.tooLong:
            self.init(status: 400, message: "\(error)", parameter: "messages", code: "context_length_exceeded")
        default: self.init(status: 500, message: "\(error)", type: "server_error")
        }
    }

    public var json: JSONObject {
        [
            "error": .object([
                "message": .string(message), "type": .string(type), "param": parameter.map { .string($0) } ?? .null,
                "code": code.map { .string($0) } ?? .null,
            ])
        ]
    }
}
