import Kernels
import LanguageModels

/// Muon for the matrices inside the blocks, AdamW for embeddings, heads, norms and biases, as its authors say.
final class MuonOptimiser: Optimiser {
    private let matrices: [TrainableParameter]
    private let momenta: [Tensor]
    private let rest: AdamWOptimiser
    private let settings: OptimiserSettings
    private let context: ComputeContext

    init(_ parameters: [TrainableParameter], _ settings: OptimiserSettings, in context: ComputeContext) {
        func isMatrix(_ parameter: TrainableParameter) -> Bool {
            switch parameter.role {
            case .weight, .lowRankDown, .lowRankUp: parameter.value.rows > 1
            case .embedding, .norm, .bias, .magnitude: false
            }
        }
        matrices = parameters.filter(isMatrix)
        momenta = matrices.map { Tensor(zerosLike: $0.value, in: context) }
        rest = AdamWOptimiser(parameters.filter { !isMatrix($0) }, settings, in: context)
        self.settings = settings
        self.context = context
    }

    func step(_ number: Int, learningRate: Double, gradientScale: Double) {
        for (parameter, momentum) in zip(matrices, momenta) {
            context.muonStep(
                Muon(weightDecay: settings.weightDecay(parameter.role)), parameter: parameter.value,
                momentum: momentum, gradient: parameter.gradient,
                learningRate: learningRate * settings.rateScale(parameter.role), gradientScale: gradientScale)
        }
        rest.step(number, learningRate: learningRate, gradientScale: gradientScale)
    }

    func state() -> [SafetensorsWriter.Tensor] {
        zip(matrices, momenta).map { $1.saved("\($0.name).momentum") } + rest.state()
    }

    func restore(_ file: SafetensorsFile) throws(LanguageModelsError) {
        for (parameter, momentum) in zip(matrices, momenta) {
            try momentum.restore("\(parameter.name).momentum", from: file)
        }
        try rest.restore(file)
    }
}
