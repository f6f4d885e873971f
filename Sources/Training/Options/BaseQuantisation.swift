import LanguageModels

/// Whether a base is rounded when it is read, and how: `quantization_bit` and `quantization_type`.
public struct BaseQuantisation: Sendable, Hashable {
    /// 4 or 8; nil for weights as the file has them.
    public var bits: Int?
    /// nil for what the bits alone mean: nf4, and q8_0.
    public var type: BaseRounding?

    public init() {}

    public var rounding: BaseRounding? {
        guard let bits else { return nil }
        return type ?? (bits == 8 ? .q8Blocks : .normalFloat4)
    }

    /// Reads `quantization_bit`.
    mutating func setBits(_ value: OptionValue) throws(TrainingError) {
        try value.only("4", "8")
        bits = try value.integer(4...8)
    }

    /// Reads `quantization_type`, in capitals or not.
    mutating func setType(_ value: OptionValue) throws(TrainingError) {
        type = try OptionValue(option: value.option, text: value.text.lowercased()).choice()
    }

    /// Reads both as a command line has them.
    ///
    /// - Throws: `TrainingError` for a value that is none, or for two that do not fit together.
    public init(bit: String?, type: String?) throws(TrainingError) {
        if let bit { try setBits(OptionValue(option: "quantization_bit", text: bit)) }
        if let type { try setType(OptionValue(option: "quantization_type", text: type)) }
        try check()
    }

    /// - Throws: `TrainingError.conflict`.
    func check() throws(TrainingError) {
        guard let type else { return }
        guard let bits else {
            throw .conflict(option: "quantization_type", problem: "says nothing without quantization_bit \(type.bits)")
        }
        guard type.bits == bits else {
            throw .conflict(
                option: "quantization_type", problem: "\(type.rawValue) has \(type.bits) bits, not \(bits)")
        }
    }
}
