import LanguageModels

extension TrainingOptions {
    /// Reads `lora_target`: all, names with commas between them, or a pattern of whole module names.
    mutating func setTargets(_ value: OptionValue) throws(TrainingError) {
        targetPattern = nil
        if value.text == "all" {
            targets = Set(LinearLayer.allCases)
            return
        }
        if value.text.contains(where: { "\\*[](|)^$+?".contains($0) }) {
            _ = try Self.pattern(value.text)
            targetPattern = value.text
            return
        }
        var found: Set<LinearLayer> = []
        for name in value.list() {
            let named = LinearLayer.named(name)
            guard !named.isEmpty else {
                throw .invalidValue(
                    option: value.option, value: name,
                    wanted: "all, or some of " + LinearLayer.allCases.map(\.rawValue).joined(separator: ", "))
            }
            found.formUnion(named)
        }
        guard !found.isEmpty else {
            throw .invalidValue(option: value.option, value: "nothing", wanted: "all, or names of layers")
        }
        targets = found
    }

    /// The layers of a model that get an adapter.
    ///
    /// - Throws: `TrainingError.invalidValue` for a pattern that matches nothing, or not the same in every block.
    public func targets(of model: ModelConfiguration) throws(TrainingError) -> Set<LinearLayer> {
        guard let targetPattern else { return targets }
        guard let found = model.linearLayers(matching: try Self.pattern(targetPattern)) else {
            throw .invalidValue(
                option: "lora_target", value: targetPattern, wanted: "a pattern that matches the same in every block")
        }
        guard !found.isEmpty else {
            throw .invalidValue(
                option: "lora_target", value: targetPattern,
                wanted: "a pattern of whole names, such as .*\\.self_attn\\.[qv]_proj")
        }
        return found
    }

    /// The modules of the base that are trained whole beside the adapter.
    ///
    /// - Throws: `TrainingError.unsupportedValue` for one that is neither embedding nor head.
    public func savedModules() throws(TrainingError) -> [SavedModule] {
        var modules: [SavedModule] = []
        for name in tuning.additionalModules {
            guard let module = SavedModule(named: name) else {
                throw .unsupportedValue(
                    option: "additional_target", value: name, supported: "embed_tokens (GPT-2's wte) and lm_head")
            }
            if !modules.contains(module) { modules.append(module) }
        }
        return modules
    }

    private static func pattern(_ text: String) throws(TrainingError) -> Regex<AnyRegexOutput> {
        do {
            return try Regex(text)
        } catch {
            throw .invalidValue(
                option: "lora_target", value: text, wanted: "all, names of layers, or a regular expression")
        }
    }
}
