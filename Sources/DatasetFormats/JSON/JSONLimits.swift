/// How much a JSON text may ask for.
public struct JSONLimits: Sendable, Hashable {
    /// Levels of arrays and objects inside one another.
    public var maximumDepth: Int
    /// Bytes of one row.
    public var maximumRowBytes: Int

    public init(maximumDepth: Int = 128, maximumRowBytes: Int = 64 << 20) {
        self.maximumDepth = maximumDepth
        self.maximumRowBytes = maximumRowBytes
    }

    public static let standard = JSONLimits()
}
