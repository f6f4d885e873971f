import CKernels

extension WeightFormat {
    /// Values as blocks of this format, rounded; scales are chosen for the least square error.
    ///
    /// - Parameter values: a whole number of blocks.
    public func narrowed(_ values: [Float]) -> [UInt8] {
        let blocks = values.count / valuesPerBlock
        precondition(values.count == blocks * valuesPerBlock)
        return [UInt8](unsafeUninitializedCapacity: blocks * bytesPerBlock) { bytes, used in
            values.withUnsafeBufferPointer { values in
                guard let source = values.baseAddress, let output = bytes.baseAddress else { return }
                let known = ds_quantise(Int32(rawValue), source, blocks, output)
                precondition(known, "every case has its entry in quantise.c")
            }
            used = blocks * bytesPerBlock
        }
    }

    /// GGUF's name of it: `f16`, `q4_k`.
    public var name: String {
        switch self {
        case .float32: "f32"
        case .float16: "f16"
        case .bfloat16: "bf16"
        case .q4_0: "q4_0"
        case .q4_1: "q4_1"
        case .q5_0: "q5_0"
        case .q5_1: "q5_1"
        case .q8_0: "q8_0"
        case .q4_K: "q4_k"
        case .q5_K: "q5_k"
        case .q6_K: "q6_k"
        }
    }

    /// The format of a name, in capitals or not.
    public init?(name: String) {
        let wanted = name.lowercased()
        guard let found = Self.allCases.first(where: { $0.name == wanted }) else { return nil }
        self = found
    }
}
