import Kernels
import SystemPackage

/// llama.cpp's layout of an adapter: a GGUF file of type `adapter`, with two tensors for each target,
/// `NAME.lora_a` `[rank, inputs]` and `NAME.lora_b` `[outputs, rank]`, and one α for all.
extension LowRankAdapter {
    /// Writes the adapter as a GGUF file, whole or not at all.
    ///
    /// - Throws: `LanguageModelsError.unreadable` with the system's error.
    public func writeGGUF(to path: FilePath) throws(LanguageModelsError) {
        if configuration.usesMagnitudes || !configuration.savedModules.isEmpty {
            let what = configuration.usesMagnitudes ? "DoRA" : "modules_to_save"
            throw .unsupported(
                file: path.string, what: "\(what) in llama.cpp's adapters (ds merge puts it into the model)")
        }
        var writer = GGUFWriter()
        writer.set("general.architecture", .string(modelConfiguration.architecture.gguf))
        writer.set("general.type", .string("adapter"))
        writer.set("adapter.type", .string("lora"))
        // llama.cpp scales by α / r; another rule's scale is written as the α that gives it.
        writer.set("adapter.lora.alpha", .float(configuration.scale * Double(configuration.rank)))
        writer.set("general.file_type", .unsigned(0))
        try writer.write(all.flatMap { ggufTensors($0.target, layer: $0.layer, $0.factors) }, to: path)
    }

    private func ggufName(_ target: LinearLayer, layer: Int) -> String {
        WeightName.linear(target, layer: layer).gguf(in: modelConfiguration.architecture)
    }

    private func ggufTensors(_ target: LinearLayer, layer: Int, _ factors: LowRankFactors) -> [StoredTensor] {
        let name = ggufName(target, layer: layer)
        let rank = factors.a.rows
        let (inputs, outputs) = (factors.a.columns, factors.b.columns)
        let a = factors.a.floats()
        let b = factors.b.floats()
        let isPaired = modelConfiguration.pairsRowsInGGUF(.linear(target, layer: layer))
        let configuration = modelConfiguration
        return [
            StoredTensor(name: "\(name).lora_a", shape: [rank, inputs], format: .float32) { rows in
                Array(a[rows.lowerBound * inputs..<rows.upperBound * inputs])
            },
            StoredTensor(name: "\(name).lora_b", shape: [outputs, rank], format: .float32) { rows in
                rows.flatMap { stored -> [Float] in
                    let row = isPaired ? configuration.unpairedRow(of: stored) : stored
                    return (0..<rank).map { b[$0 * outputs + row] }
                }
            },
        ]
    }

    /// Reads an adapter from llama.cpp's file.
    ///
    /// - Throws: `LanguageModelsError` where the file is damaged, or the adapter is another model's.
    public convenience init(
        gguf path: FilePath, for model: ModelConfiguration, trainable: Bool, in context: ComputeContext
    ) throws(LanguageModelsError) {
        let file = try GGUFFile(path: path)
        guard file.metadata["general.type"]?.string == "adapter", file.metadata["adapter.type"]?.string == "lora" else {
            throw .unsupported(file: path.string, what: "a GGUF file that is no adapter of type lora")
        }
        guard let name = file.metadata["general.architecture"]?.string, name == model.architecture.gguf else {
            throw .adapterMismatch(file: path.string, problem: "it is for another architecture")
        }
        guard let alpha = file.metadata["adapter.lora.alpha"]?.double else {
            throw .malformed(file: path.string, place: "metadata adapter.lora.alpha", problem: "is missing")
        }
        let targets = model.linearLayers.filter {
            let name = WeightName.linear($0, layer: 0).gguf(in: model.architecture)
            return file.tensors["\(name).lora_a"] != nil
        }
        guard let first = targets.first,
            let rank = file.tensors[
                "\(WeightName.linear(first, layer: 0).gguf(in: model.architecture)).lora_a"]?.rows
        else { throw .adapterMismatch(file: path.string, problem: "it has no tensors for this model's first layer") }
        self.init(
            try AdapterConfiguration(rank: rank, alpha: alpha, targets: Set(targets), file: path.string), for: model,
            trainable: trainable, in: context)
        try load(file)
    }

    private func load(_ file: GGUFFile) throws(LanguageModelsError) {
        var used: Set<String> = []
        for (layer, target, factors) in all {
            let name = ggufName(target, layer: layer)
            let rank = factors.a.rows
            let outputs = factors.b.columns
            let isPaired = modelConfiguration.pairsRowsInGGUF(.linear(target, layer: layer))
            factors.a.assign(try values("\(name).lora_a", [rank, factors.a.columns], in: file))
            let stored = try values("\(name).lora_b", [outputs, rank], in: file)
            factors.b.assign(
                (0..<rank * outputs).map { index -> Float in
                    let row = index % outputs
                    return stored[(isPaired ? modelConfiguration.pairedRow(of: row) : row) * rank + index / outputs]
                })
            used.formUnion(["\(name).lora_a", "\(name).lora_b"])
        }
        if let stranger = Set(file.tensors.keys).subtracting(used).min() {
            throw .adapterMismatch(
                file: file.path.string, problem: "tensor \(stranger) belongs to nothing that this model has")
        }
        pack()
    }

    private func values(_ name: String, _ shape: [Int], in file: GGUFFile) throws(LanguageModelsError) -> [Float] {
        guard let tensor = file.tensors[name] else { throw .missingTensor(file: file.path.string, name: name) }
        guard tensor.shape == shape else {
            throw .wrongShape(file: file.path.string, tensor: name, expected: shape, found: tensor.shape)
        }
        return file.values(of: tensor)
    }
}
