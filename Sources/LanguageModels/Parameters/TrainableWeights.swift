import Kernels
import SystemPackage

/// Weights of a model that are trained: their values in full precision, and gradients. Those that are not trained are
/// read from the base as before.
///
/// It is the weights' source, too: a model made from it has packed copies, which `TrainedBase` renews.
public final class TrainableWeights: WeightSource {
    public let configuration: ModelConfiguration
    public let names: [WeightName]
    private let base: (any WeightSource)?
    private let trained: [WeightName: TrainableParameter]
    /// In the order of `names`.
    let parameters: [TrainableParameter]

    /// Takes the values of a base.
    ///
    /// - Parameter names: what is trained.
    public init(_ names: [WeightName], of base: any WeightSource, in context: ComputeContext) {
        configuration = base.configuration
        self.names = names
        self.base = base
        let trained = Self.parameters(names, base.configuration, context)
        self.trained = trained
        parameters = names.compactMap { trained[$0] }
        for (name, parameter) in trained { parameter.value.assign(base.values(of: name)) }
        base.releasePages()
    }

    /// A model that has learnt nothing: matrices from a normal distribution, norms 1, biases 0, as transformers begins.
    ///
    /// - Parameter deviation: of the distribution, `initializer_range`.
    public init(
        seed: UInt64, deviation: Double, configuration: ModelConfiguration, in context: ComputeContext
    ) {
        self.configuration = configuration
        names = WeightName.all(in: configuration)
        base = nil
        let trained = Self.parameters(names, configuration, context)
        self.trained = trained
        parameters = names.compactMap { trained[$0] }
        var random = SplitMix64(seed: seed)
        for name in names {
            guard let value = trained[name]?.value else { continue }
            if name.isVector {
                value.assign([Double](repeating: name.isNormWeight ? 1 : 0, count: value.count))
            } else {
                value.assign((0..<value.count).map { _ in deviation * random.nextNormal() })
            }
        }
    }

    private static func parameters(
        _ names: [WeightName], _ configuration: ModelConfiguration, _ context: ComputeContext
    ) -> [WeightName: TrainableParameter] {
        var parameters: [WeightName: TrainableParameter] = [:]
        for name in names {
            let (rows, columns) = name.shape(in: configuration)
            func zeros() -> Tensor { Tensor(.wide, rows: rows, columns: columns, in: context) }
            parameters[name] = TrainableParameter(
                name: name.huggingFace(in: configuration.architecture), role: name.role, value: zeros(),
                gradient: zeros())
        }
        return parameters
    }

    /// A trained weight, or nil for a frozen one.
    func parameter(_ name: WeightName) -> TrainableParameter? { trained[name] }

    func gradient(_ name: WeightName) -> Tensor? { trained[name]?.gradient }

    public func read(_ name: WeightName, rows: Range<Int>, into values: UnsafeMutableBufferPointer<Float>) {
        guard let parameter = trained[name] else {
            guard let base else { preconditionFailure("a model without a base has every weight") }
            base.read(name, rows: rows, into: values)
            return
        }
        parameter.value[rows: rows].copyFloats(into: values)
    }

    public func releasePages() { base?.releasePages() }

    public func blockFormat(of name: WeightName) -> WeightFormat? {
        trained[name] == nil ? base?.blockFormat(of: name) : nil
    }

    public func readBlocks(of name: WeightName, rows: Range<Int>, into bytes: UnsafeMutableRawBufferPointer) {
        guard let base else { preconditionFailure("a model without a base has no blocks") }
        base.readBlocks(of: name, rows: rows, into: bytes)
    }

    /// Weights that are trained whole beside an adapter; a head that is the embedding becomes one for itself.
    ///
    /// - Throws: `LanguageModelsError` for a base that cannot be.
    public static func modules(
        _ modules: [SavedModule], of base: any WeightSource, in context: ComputeContext
    ) throws(LanguageModelsError) -> TrainableWeights {
        TrainableWeights(modules.map(\.weight), of: try UntiedWeightSource.untying(base), in: context)
    }

    /// Takes the values that an adapter's folder has of them.
    ///
    /// - Throws: `LanguageModelsError` where the file is missing or damaged, or lacks one.
    public func readModules(from folder: FilePath) throws(LanguageModelsError) {
        let file = try SafetensorsFile(path: folder.appending(LowRankAdapter.weightsFile))
        for name in names {
            guard let value = trained[name]?.value else { continue }
            value.assign(
                try file.values(
                    of: name.savedName(in: configuration.architecture), shape: [value.rows, value.columns]))
        }
    }

    /// Takes the values of a folder that `HuggingFaceFolder` wrote.
    ///
    /// - Throws: `LanguageModelsError` where the folder is missing or damaged, or holds another model.
    public func readValues(from folder: FilePath) throws(LanguageModelsError) {
        let source = try HuggingFaceWeightSource(folder: folder)
        guard source.configuration == configuration else {
            throw .adapterMismatch(file: folder.string, problem: "is another model than the one that is trained")
        }
        for (name, parameter) in trained { parameter.value.assign(source.values(of: name)) }
    }
}

extension WeightName {
    /// What it is to an optimiser.
    public var role: TrainableParameter.Role {
        switch self {
        case .linear: .weight
        case .tokenEmbedding, .positionEmbedding, .outputHead: .embedding
        case .norm, .finalNorm: .norm
        case .normBias, .finalNormBias, .bias: .bias
        }
    }
}

extension SplitMix64 {
    /// From the normal distribution, by Box and Muller.
    mutating func nextNormal() -> Double {
        let radius = (-2 * log(1 - nextUnit())).squareRoot()
        return radius * cos(2 * .pi * nextUnit())
    }
}

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
