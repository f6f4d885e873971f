import ArgumentParser
import LanguageModels
import Training

/// How a command rounds the model that it asks.
struct QuantisationOptions: ParsableArguments {
    @Option(help: "Round the model when it is read: 4 or 8 bits, 0 for not at all. (as the adapter was trained)")
    var quantizationBit: String?
    @Option(help: "How: nf4, q4_0, q4_1 or q4_k in 4 bits, q8_0 in 8. (nf4, q8_0)") var quantizationType: String?

    /// - Parameter recorded: how the base was rounded that an adapter was trained on.
    /// - Throws: `TrainingError` for a value that is none.
    func rounding(recorded: BaseRounding?) throws -> BaseRounding? {
        if quantizationBit == nil, quantizationType == nil { return recorded }
        if quantizationBit == "0" {
            guard quantizationType == nil else {
                throw TrainingError.conflict(
                    option: "quantization_type", problem: "says nothing with quantization_bit 0")
            }
            return nil
        }
        return try BaseQuantisation(bit: quantizationBit, type: quantizationType).rounding
    }
}
