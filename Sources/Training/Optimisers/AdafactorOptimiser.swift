import Kernels
import LanguageModels

/// Adafactor: second moments by row and by column.
final class AdafactorOptimiser: Optimiser {
    private let parameters: [TrainableParameter]
    private let moments: [(rows: Tensor?, columns: Tensor)]
    private let settings: OptimiserSettings
    private let context: ComputeContext

    init(_ parameters: [TrainableParameter], _ settings: OptimiserSettings, in context: ComputeContext) {
        self.parameters = parameters
        self.settings = settings
        self.context = context
        moments = parameters.map { parameter in
            func row(_ count: Int) -> Tensor { Tensor(.wide, rows: 1, columns: count, in: context) }
            let isVector = parameter.role == .norm || parameter.role == .bias || parameter.role == .magnitude
            return (isVector ? nil : row(parameter.value.rows), row(parameter.value.columns))
        }
    }

    func step(_ number: Int, learningRate: Double, gradientScale: Double) {
        for (parameter, moment) in zip(parameters, moments) {
            context.adafactorStep(
                Adafactor(weightDecay: settings.weightDecay(parameter.role)), parameter: parameter.value,
                rowMoments: moment.rows, columnMoments: moment.columns, gradient: parameter.gradient, step: number,
                learningRate: learningRate * settings.rateScale(parameter.role), gradientScale: gradientScale)
        }
    }

    func state() -> [SafetensorsWriter.Tensor] {
        zip(parameters, moments).flatMap { parameter, moment in
            [moment.rows?.saved("\(parameter.name).rows"), moment.columns.saved("\(parameter.name).columns")]
                .compactMap { $0 }
        }
    }

    func restore(_ file: SafetensorsFile) throws(LanguageModelsError) {
        for (parameter, moment) in zip(parameters, moments) {
            try moment.rows?.restore("\(parameter.name).rows", from: file)
            try moment.columns.restore("\(parameter.name).columns", from: file)
        }
    }
}
