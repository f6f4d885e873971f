import DatasetFormats

/// What an endpoint answers.
public enum APIAnswer: Sendable {
    case whole(JSONObject)
    /// Pieces, one after another; the end of the stream is the end of the answer.
    case streamed(AsyncThrowingStream<JSONObject, any Error>)
}
