import DatasetFormats
import Hummingbird
import NIOCore
import Serving

/// Answers that come piece by piece (server-sent events, WHATWG HTML 9.2).
enum ServerSentEvents {
    /// A stream as OpenAI's API writes it: `data:` and an object each, `[DONE]` at the end.
    static func response(_ stream: AsyncThrowingStream<JSONObject, any Error>) -> Response {
        response { writer in
            do {
                for try await object in stream { try await writer.write(data(.object(object))) }
                try await writer.write(ByteBuffer(string: "data: [DONE]\n\n"))
            } catch let error as APIError {
                // The status has been sent; the error can only be told in the stream.
                try await writer.write(data(.object(error.json)))
            }
        }
    }

    static func response(
        _ body: @escaping @Sendable (inout any ResponseBodyWriter) async throws -> Void
    ) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                try await body(&writer)
                try await writer.finish(nil)
            })
    }

    static func data(_ value: JSONValue, event: String? = nil) -> ByteBuffer {
        var bytes = Array((event.map { "event: \($0)\n" } ?? "").utf8) + Array("data: ".utf8)
        // Compact JSON has no line breaks of its own.
        bytes += JSONWriter.bytes(value, style: .compact)
        bytes += [0x0A, 0x0A]
        return ByteBuffer(bytes: bytes)
    }
}
