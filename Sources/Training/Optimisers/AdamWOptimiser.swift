import Kernels
import LanguageModels

/// AdamW with moments in the parameters' own precision.
final class AdamWOptimiser: Optimiser {
    private let parameters: [TrainableParameter]
    private let moments: [(first: Tensor, second: Tensor)]
    private let settings: OptimiserSettings
    private let context: ComputeContext

    init(_ parameters: [TrainableParameter], _ settings: OptimiserSettings, in context: ComputeContext) {
        self.parameters = parameters
        self.settings = settings
        self.context = context
        moments = parameters.map {
            (Tensor(zerosLike: $0.value, in: context), Tensor(zerosLike: $0.value, in: context))
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
            [moment.first.saved("\(parameter.name).first"), moment.second.saved("\(parameter.name).second")]
        }
    }

    func restore(_ file: SafetensorsFile) throws(LanguageModelsError) {
        for (parameter, moment) in zip(parameters, moments) {
            try moment.first.restore("\(parameter.name).first", from: file)
            try moment.second.restore("\(parameter.name).second", from: file)
        }
    }
}

extension Tensor {
    /// A wide tensor of another's shape.
    init(zerosLike other: Tensor, in context: ComputeContext) {
        self.init(.wide, rows: other.rows, columns: other.columns, in: context)
    }

    func saved(_ name: String) -> SafetensorsWriter.Tensor {
        SafetensorsWriter.Tensor(name: name, shape: [rows, columns], values: floats())
    }

    /// - Throws: `LanguageModelsError` where the file has no such tensor in this shape.
    func restore(_ name: String, from file: SafetensorsFile) throws(LanguageModelsError) {
        assign(try file.values(of: name, shape: [rows, columns]))
    }
}
