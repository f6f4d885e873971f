import CKernels

/// What four-bit codes stand for, before they are scaled.
enum Codebooks: Sendable {
    /// The codes themselves, 0 to 15.
    case linear
    /// NormalFloat 4.
    case normalFloat4

    private static let linearValues = (0..<16).map { Float($0) }
    private static let normalFloat4Values = (0..<16).map { ds_normal_float4()[$0] }
    private static let linearPairs = pairs(linearValues)
    private static let normalFloat4Pairs = pairs(normalFloat4Values)

    /// The values rounded to bfloat16, twice, as a table of 32 entries.
    private static func pairs(_ values: [Float]) -> [UInt16] {
        let narrow = values.map { value -> UInt16 in
            let bits = value.bitPattern
            return UInt16((bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
        }
        return narrow + narrow
    }

    func withPointers<Result>(_ body: (UnsafePointer<Float>, UnsafePointer<UInt16>) -> Result) -> Result {
        let (values, pairs) =
            switch self {
            case .linear: (Self.linearValues, Self.linearPairs)
            case .normalFloat4: (Self.normalFloat4Values, Self.normalFloat4Pairs)
            }
        return values.withUnsafeBufferPointer { values in
            pairs.withUnsafeBufferPointer { pairs in
                guard let first = values.baseAddress, let second = pairs.baseAddress else {
                    preconditionFailure("a codebook has sixteen values")
                }
                return body(first, second)
            }
        }
    }
}
