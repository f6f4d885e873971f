import ContentStore
import Kernels
import LanguageModels
import SystemPackage
import Training

/// The model that answers are compared with, where the settings name one: `ref_model`, `ref_model_adapters`.
struct ReferenceChoice {
    private let files: ModelFiles
    private let folder: FilePath?
    let source: any WeightSource

    /// - Parameter base: the model that is trained, which the reference is where only an adapter is named.
    /// - Returns: nil where neither is named.
    /// - Throws: `CommandError` or `ContentStoreError` where a model or an adapter is not found,
    ///   `TrainingError.conflict` where the reference reads other tokens.
    init?(_ options: TrainingOptions, base: PretrainedModel, files: ModelFiles, store: Store) throws {
        let (model, adapter) = (options.preference.referenceModel, options.preference.referenceAdapter)
        guard model != nil || adapter != nil else { return nil }
        self.files = try model.map { try ModelFiles($0, in: store) } ?? files
        folder = try adapter.map { try AdapterFolder.find($0, in: store) }
        let pretrained = try model == nil ? base : PretrainedModel(path: self.files.path)
        source = try ReplacedWeightSource.source(of: folder, over: pretrained.source)
        guard source.configuration.vocabularySize == base.source.configuration.vocabularySize else {
            throw TrainingError.conflict(
                option: "ref_model",
                problem: "has \(source.configuration.vocabularySize) tokens, the model that is trained"
                    + " \(base.source.configuration.vocabularySize); use one with the same tokenizer")
        }
    }

    func model(positions: Int, storage: WeightStorage, in context: ComputeContext) throws -> TransformerModel {
        try TransformerModel(
            source: source, trainable: false, maximumPositions: min(positions, source.configuration.maximumPositions),
            storage: storage, in: context)
    }

    func lowRankAdapter(in context: ComputeContext) throws -> LowRankAdapter? {
        try folder.map {
            try LowRankAdapter(folder: $0, for: source.configuration, trainable: false, in: context)
        }
    }

    /// What the reference is, to the byte, for the recipe.
    var record: RecordValue {
        get throws {
            var files = self.files.files.map { ("model", $0.name, $0.sha1) }
            for name in [LowRankAdapter.configurationFile, LowRankAdapter.weightsFile] {
                guard let folder else { continue }
                files.append(("adapter", name, try ObjectID.ofFile(at: folder.appending(name))))
            }
            return .array(
                files.map { part, name, sha1 in
                    .object(["part": .string(part), "name": .string(name), "sha1": .string(sha1.hex)])
                })
        }
    }
}
