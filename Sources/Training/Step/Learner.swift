import LanguageModels
import SystemPackage

/// A model with what is trained of it.
public struct Learner {
    public let model: TransformerModel
    /// What `finetuning_type: lora` trains.
    public let adapter: LowRankAdapter?
    /// What `full` and `freeze` train, and the files it is written with; beside an adapter, modules of the base that are
    /// trained whole.
    public let base: TrainedBase?
    let folder: HuggingFaceFolder?
    /// What stage `rm` trains beside.
    public let valueHead: ValueHead?
    /// The base as it was, where the model's own weights are trained and it must be asked.
    let reference: TransformerModel?
    /// What the reference has beside its weights.
    let referenceAdapter: LowRankAdapter?

    public init(
        model: TransformerModel, adapter: LowRankAdapter?, base: TrainedBase? = nil, folder: HuggingFaceFolder? = nil,
        valueHead: ValueHead? = nil, reference: TransformerModel? = nil, referenceAdapter: LowRankAdapter? = nil
    ) {
        self.model = model
        self.adapter = adapter
        self.base = base
        self.folder = folder
        self.valueHead = valueHead
        self.reference = reference
        self.referenceAdapter = referenceAdapter
    }

    /// Everything that learns, in an order that does not change.
    var parts: [any TrainablePart] {
        let all: [(any TrainablePart)?] = [adapter, base, valueHead]
        return all.compactMap { $0 }
    }

    public var parameterCount: Int { parts.reduce(0) { $0 + $1.parameterCount } }

    /// Writes what was learnt into a folder that exists.
    ///
    /// - Throws: `LanguageModelsError.unreadable` with the system's error.
    func write(to path: FilePath) throws(LanguageModelsError) {
        try adapter?.write(to: path, modules: base?.weights)
        if let base, adapter == nil { try folder?.write(base.weights, to: path) }
        try valueHead?.write(to: path)
    }

    /// Puts what a folder holds in place of what was learnt since.
    ///
    /// - Throws: `LanguageModelsError` where a file is missing, damaged, or of another shape.
    func read(from path: FilePath) throws(LanguageModelsError) {
        try adapter?.read(from: path)
        if let base {
            if adapter == nil {
                try base.weights.readValues(from: path)
            } else {
                try base.weights.readModules(from: path)
            }
            base.pack()
        }
        try valueHead?.read(from: path)
    }

    /// The files that `write` writes.
    public var fileNames: [String] {
        (adapter == nil ? [] : [LowRankAdapter.configurationFile, LowRankAdapter.weightsFile])
            + (base == nil || adapter != nil ? [] : folder?.fileNames ?? [])
            + (valueHead == nil ? [] : [ValueHead.file])
    }
}
