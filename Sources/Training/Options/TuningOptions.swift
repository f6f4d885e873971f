import LanguageModels

/// Which parameters are trained. `finetuning_type`.
public struct TuningOptions: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A low-rank adapter; the base stays as it is.
        case lora
        /// All of the base.
        case full
        /// Some blocks of the base.
        case freeze
    }

    public var kind = Kind.lora
    /// The last blocks where above 0, the first where below. `freeze_trainable_layers`.
    public var layers = 2
    /// Parts of those blocks, or `all`. `freeze_trainable_modules`.
    public var modules: [String] = ["all"]
    /// Modules outside the blocks. `freeze_extra_modules`.
    public var extraModules: [String] = []
    /// A `config.json` of a model that begins with nothing learnt.
    public var initialConfiguration: String?
    /// How the frozen base is rounded when it is read (QLoRA).
    public var quantisation = BaseQuantisation()
    /// Modules of the base that are trained whole beside an adapter. `additional_target`.
    public var additionalModules: [String] = []

    public init() {}

    /// The weights of a model that are trained.
    ///
    /// - Throws: `TrainingError.invalidValue` for blocks or modules that the model does not have.
    public func weights(of model: ModelConfiguration) throws(TrainingError) -> [WeightName] {
        let all = WeightName.all(in: model)
        switch kind {
        case .lora: return []
        case .full: return all
        case .freeze: break
        }
        guard layers != 0, abs(layers) <= model.layerCount else {
            throw .invalidValue(
                option: "freeze_trainable_layers", value: "\(layers)",
                wanted: "from 1 to \(model.layerCount), or from -1 to -\(model.layerCount)")
        }
        let blocks = layers > 0 ? model.layerCount - layers..<model.layerCount : 0..<(-layers)
        let inBlocks = all.filter { $0.layer.map(blocks.contains) ?? false }
        let outside = all.filter { $0.layer == nil }
        let byBlock = try chosen(modules, of: inBlocks, model, option: "freeze_trainable_modules")
        return try byBlock + chosen(extraModules, of: outside, model, option: "freeze_extra_modules")
    }

    /// The weights whose module's name, or a part of it, is listed.
    private func chosen(
        _ modules: [String], of names: [WeightName], _ model: ModelConfiguration, option: String
    ) throws(TrainingError) -> [WeightName] {
        if modules.contains("all") { return names }
        func parts(_ name: WeightName) -> [Substring] { name.huggingFace(in: model.architecture).split(separator: ".") }
        for module in modules where !names.contains(where: { parts($0).contains(Substring(module)) }) {
            let known = Set(names.flatMap(parts).filter { Int($0) == nil && $0 != "weight" && $0 != "bias" }).sorted()
            throw .invalidValue(
                option: option, value: module, wanted: "all, or some of \(known.joined(separator: ", "))")
        }
        return names.filter { name in parts(name).contains { modules.contains(String($0)) } }
    }
}
