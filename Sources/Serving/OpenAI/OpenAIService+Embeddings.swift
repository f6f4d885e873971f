import DatasetFormats
import Foundation

/// `POST /v1/embeddings`: the mean of the last hidden states over a text's tokens.
extension OpenAIService {
    /// - Throws: `APIError`.
    public func embeddings(_ object: JSONObject) async throws -> APIAnswer {
        let fields = RequestFields(object: object)
        let model = try await servedModel(fields)
        try fields.refuse(["dimensions": "an embedding is as wide as the model"])
        let format = try fields.string("encoding_format") ?? "float"
        guard format == "float" || format == "base64" else {
            throw APIError.invalid("encoding_format", "must be float or base64, not \(format)")
        }
        let inputs = try TextInputs.read(fields, "input", model: model)
        var data: [JSONValue] = []
        for (index, input) in inputs.enumerated() {
            let state = try await model.engine.embedding(of: input.tokens, adapter: model.adapter)
            data.append(
                .object([
                    "object": .string("embedding"), "index": .int(index),
                    "embedding": format == "float" ? .array(state.map { .double(Double($0)) }) : Self.base64(state),
                ]))
        }
        let count = inputs.reduce(0) { $0 + $1.tokens.count }
        return .whole([
            "object": .string("list"), "data": .array(data), "model": .string(model.name),
            "usage": .object(["prompt_tokens": .int(count), "total_tokens": .int(count)]),
        ])
    }

    /// Single precision, the lowest byte first.
    private static func base64(_ values: [Float]) -> JSONValue {
        var data = Data(capacity: values.count * 4)
        for value in values {
            let bits = value.bitPattern
            data.append(contentsOf: (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt32($0))) })
        }
        return .string(data.base64EncodedString())
    }
}
