/// Where a sequence's tokens are in its shard, which is all that reading them takes.
struct TokenExtent: Sendable, Hashable {
    private let data: UInt64
    private let tokens: UInt32
    private let spans: UInt32
    private let exceptions: UInt32

    /// - Parameter start: no more than a file has bytes.
    init(start: UInt64, tokens: UInt32, spans: UInt32, exceptions: UInt32) {
        data = start
        self.tokens = tokens
        self.spans = spans
        self.exceptions = exceptions
    }

    /// The first byte, counted from the header's end.
    var start: Int { Int(data) }
    var tokenCount: Int { Int(tokens) }
    var spanCount: Int { Int(spans) }
    var exceptionCount: Int { Int(exceptions) }

    func byteCount(bytesPerToken: Int) -> Int {
        tokenCount * bytesPerToken + spanCount * TokenShardLayout.spanSize
            + exceptionCount * TokenShardLayout.exceptionSize
    }
}
