import Kernels
import LanguageModels

/// Muon for the matrices inside the blocks, AdamW for embeddings, heads, norms and biases, as its authors say.
final class MuonOptimiser: Optimiser {
    private let matrices: [TrainableParameter]
    private let momenta: [Tensor]
    private let rest: AdamWOptimiser
    /// One for all matrices of a shape.
    private let workspaces: [MuonShape: MuonWorkspace]
    private let settings: OptimiserSettings
    private let context: ComputeContext

    init(_ parameters: [TrainableParameter], _ settings: OptimiserSettings, in context: ComputeContext) {
        func isMatrix(_ parameter: TrainableParameter) -> Bool {
            Self.takes(parameter.role, rows: parameter.value.rows)
        }
        matrices = parameters.filter(isMatrix)
        momenta = matrices.map { Tensor(zerosLike: $0.value, in: context) }
        workspaces = Self.workspaces(matrices.map { ($0.value.rows, $0.value.columns) }, in: context)
        rest = AdamWOptimiser(parameters.filter { !isMatrix($0) }, settings, in: context)
        self.settings = settings
        self.context = context
    }

    /// Whether it is Muon that learns it, not AdamW.
    static func takes(_ role: TrainableParameter.Role, rows: Int) -> Bool {
        switch role {
        case .weight, .lowRankDown, .lowRankUp: rows > 1
        case .embedding, .norm, .bias, .magnitude: false
        }
    }

    /// Memory for the steps of matrices of these shapes.
    static func workspaces(
        _ shapes: [(rows: Int, columns: Int)], in context: ComputeContext
    ) -> [MuonShape: MuonWorkspace] {
        var workspaces: [MuonShape: MuonWorkspace] = [:]
        for (rows, columns) in shapes {
            let shape = MuonShape(rows: rows, columns: columns)
            if workspaces[shape] == nil { workspaces[shape] = MuonWorkspace(shape, in: context) }
        }
        return workspaces
    }

    func step(_ number: Int, learningRate: Double, gradientScale: Double) {
        for (parameter, momentum) in zip(matrices, momenta) {
            let shape = MuonShape(rows: parameter.value.rows, columns: parameter.value.columns)
            guard let workspace = workspaces[shape] else { preconditionFailure("there is one for every shape") }
            context.muonStep(
                Muon(weightDecay: settings.weightDecay(parameter.role)), parameter: parameter.value,
                momentum: momentum, gradient: parameter.gradient,
                learningRate: learningRate * settings.rateScale(parameter.role), gradientScale: gradientScale,
                workspace: workspace)
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
