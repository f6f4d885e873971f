import ChatTemplates
import ContentStore
import Foundation
import Kernels
import LanguageModels
import Serving
import StreamingLoader
import SystemPackage

/// A base model in memory, which all of its adapters share.
struct BaseModel: Sendable {
    let name: String
    let pretrained: PretrainedModel
    let llama: TransformerModel
    let engine: InferenceEngine

    /// - Parameter rounding: how weights are rounded when they are read; nil for as the files have them.
    init(
        _ files: ModelFiles, rounding: BaseRounding?, context: ComputeContext, options: InferenceEngine.Options,
        metrics: ServingMetrics
    ) throws {
        name = Self.plainName(files.name)
        pretrained = try PretrainedModel(path: files.path)
        let limit = min(pretrained.source.configuration.maximumPositions, options.cacheTokens)
        llama = try TransformerModel(
            source: pretrained.source, trainable: false, maximumPositions: limit,
            storage: WeightStorage(rounding), in: context)
        engine = InferenceEngine(
            model: llama, tokenizer: pretrained.tokenizer, options: options, metrics: metrics)
    }

    /// The model as it is, or with an adapter.
    ///
    /// - Parameter template: a template's name; nil for the model's own.
    func served(as name: String, adapter: LowRankAdapter?, template: String?) throws -> ServedModel {
        // A server goes on over midnight: each request tells its own day.
        ServedModel(
            name: name, engine: engine,
            pieces: try PieceEncoder(
                template: try pretrained.chatTemplate(TemplateChoice(template)), tokenizer: pretrained.tokenizer),
            adapter: adapter, vocabularySize: llama.configuration.vocabularySize)
    }

    /// Refuses an adapter that has weights in place of the base's: all adapters share one base.
    ///
    /// - Throws: `CommandError.replacesWeights`.
    func refuseReplacing(_ folder: FilePath, name: String) throws {
        guard let weight = try ReplacedWeightSource.names(in: folder).first else { return }
        throw CommandError.replacesWeights(
            adapter: name, module: weight.huggingFace(in: pretrained.source.configuration.architecture))
    }

    /// A file's or folder's last part.
    static func plainName(_ text: String) -> String {
        text.split(separator: "/").last.map(String.init) ?? text
    }
}
