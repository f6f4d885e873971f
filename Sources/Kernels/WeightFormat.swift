import CKernels

/// How a stored weight's numbers are written. Raw values are GGUF's numbers for them, and the cases its names.
// swift-format-ignore: AlwaysUseLowerCamelCase
public enum WeightFormat: Int, Sendable, Hashable, CaseIterable {
    case float32 = 0
    case float16 = 1
    case bfloat16 = 30
    case q4_0 = 2
    case q4_1 = 3
    case q5_0 = 6
    case q5_1 = 7
    case q8_0 = 8
    case q4_K = 12
    case q5_K = 13
    case q6_K = 14

    /// Values in a block; a row is a whole number of blocks.
    public var valuesPerBlock: Int { Int(format.values) }

    /// Bytes of a block.
    public var bytesPerBlock: Int { Int(format.bytes) }

    private var format: ds_weight_format {
        var format = ds_weight_format(values: 1, bytes: 1)
        let known = ds_find_weight_format(Int32(rawValue), &format)
        precondition(known, "every case has its entry in dequantise.c")
        return format
    }

    /// Widens whole blocks.
    ///
    /// - Parameters:
    ///   - bytes: a whole number of blocks.
    ///   - values: room for what they hold, exactly.
    public func widen(_ bytes: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
        let blocks = bytes.count / bytesPerBlock
        precondition(bytes.count == blocks * bytesPerBlock && values.count == blocks * valuesPerBlock)
        guard let source = bytes.baseAddress, let output = values.baseAddress else { return }
        let known = ds_dequantise(Int32(rawValue), source, blocks, output)
        precondition(known, "every case has its entry in dequantise.c")
    }

    /// Widens whole blocks to an array.
    public func widened(_ bytes: [UInt8]) -> [Float] {
        let count = bytes.count / bytesPerBlock * valuesPerBlock
        return [Float](unsafeUninitializedCapacity: count) { values, used in
            values.initialize(repeating: 0)
            bytes.withUnsafeBytes { widen($0, into: UnsafeMutableBufferPointer(rebasing: values[..<count])) }
            used = count
        }
    }
}
