import Kernels
import LanguageModels

/// AdamW with moments in eight bits: a quarter of the memory.
final class AdamW8BitOptimiser: Optimiser {
    private let parameters: [TrainableParameter]
    private let moments: [(first: QuantisedMoments, second: QuantisedMoments)]
    private let settings: OptimiserSettings
    private let context: ComputeContext

    init(_ parameters: [TrainableParameter], _ settings: OptimiserSettings, in context: ComputeContext) {
        self.parameters = parameters
        self.settings = settings
        self.context = context
        moments = parameters.map {
            (.init(count: $0.value.count, isSigned: true), .init(count: $0.value.count, isSigned: false))
        }
    }

    func step(_ number: Int, learningRate: Double, gradientScale: Double) {
        for (parameter, moment) in zip(parameters, moments) {
            context.adamStep(
                settings.adamW(parameter.role), parameter: parameter.value, firstMoment: moment.first,
                secondMoment: moment.second, gradient: parameter.gradient, step: number,
                learningRate: learningRate * settings.rateScale(parameter.role), gradientScale: gradientScale)
        }
    }

    func state() -> [SafetensorsWriter.Tensor] {
        zip(parameters, moments).flatMap { parameter, moment in
            Self.saved(moment.first, "\(parameter.name).first") + Self.saved(moment.second, "\(parameter.name).second")
        }
    }

    func restore(_ file: SafetensorsFile) throws(LanguageModelsError) {
        for (parameter, moment) in zip(parameters, moments) {
            try Self.restore(moment.first, "\(parameter.name).first", file)
            try Self.restore(moment.second, "\(parameter.name).second", file)
        }
    }

    /// Codes are whole numbers below 256, which single precision holds exactly.
    private static func saved(_ moments: QuantisedMoments, _ name: String) -> [SafetensorsWriter.Tensor] {
        [
            .init(name: "\(name).codes", shape: [moments.codes.count], values: moments.codes.map { Float($0) }),
            .init(name: "\(name).scales", shape: [moments.scales.count], values: moments.scales),
        ]
    }

    private static func restore(
        _ moments: QuantisedMoments, _ name: String, _ file: SafetensorsFile
    ) throws(LanguageModelsError) {
        let codes = try file.values(of: "\(name).codes", shape: [moments.count])
        let scales = try file.values(of: "\(name).scales", shape: [moments.scales.count])
        guard codes.allSatisfy({ UInt8(exactly: $0) != nil }) else {
            throw .malformed(file: file.path.string, place: "tensor \(name).codes", problem: "holds what is no code")
        }
        moments.restore(codes: codes.compactMap { UInt8(exactly: $0) }, scales: scales)
    }
}
