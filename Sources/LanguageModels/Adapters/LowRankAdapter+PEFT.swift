import DatasetFormats
import Kernels
import SystemPackage

/// PEFT's layout: a folder with `adapter_config.json` and `adapter_model.safetensors`.
extension LowRankAdapter {
    public static let configurationFile = "adapter_config.json"
    public static let weightsFile = "adapter_model.safetensors"

    private func module(_ target: LinearLayer, layer: Int) -> String {
        let architecture = modelConfiguration.architecture
        let path = target.huggingFacePath(in: architecture)
        return "base_model.model.\(architecture.huggingFaceBlock(layer)).\(path)"
    }

    private func name(_ target: LinearLayer, layer: Int, factor: String) -> String {
        "\(module(target, layer: layer)).lora_\(factor).weight"
    }

    private func magnitudeName(_ target: LinearLayer, layer: Int) -> String {
        "\(module(target, layer: layer)).lora_magnitude_vector"
    }

    /// Reads an adapter from its folder.
    ///
    /// - Throws: `LanguageModelsError` where a file is missing or damaged, or the adapter is another model's.
    public convenience init(
        folder: FilePath, for model: ModelConfiguration, trainable: Bool, trainedRank: Int? = nil,
        in context: ComputeContext
    ) throws(LanguageModelsError) {
        let path = folder.appending(Self.configurationFile)
        let configuration = try AdapterConfiguration(json: try JSONFile.object(path), file: path.string)
            .fitting(model, file: path.string)
        self.init(configuration, for: model, trainable: trainable, trainedRank: trainedRank, in: context)
        try load(try SafetensorsFile(path: folder.appending(Self.weightsFile)))
    }

    /// Takes the values of an adapter with the same settings.
    ///
    /// - Throws: `LanguageModelsError` where the file is missing or damaged, or the adapter is another.
    public func read(from folder: FilePath) throws(LanguageModelsError) {
        try load(try SafetensorsFile(path: folder.appending(Self.weightsFile)))
    }

    private func load(_ file: SafetensorsFile) throws(LanguageModelsError) {
        var used: Set<String> = []
        for (layer, target, factors) in all {
            let a = name(target, layer: layer, factor: "A")
            let b = name(target, layer: layer, factor: "B")
            let rank = configuration.rank
            let outputs = factors.b.columns
            factors.a.assign(try file.values(of: a, shape: [rank, factors.a.columns]))
            let columns = try file.values(of: b, shape: [outputs, rank])
            factors.b.assign((0..<rank * outputs).map { columns[$0 % outputs * rank + $0 / outputs] })
            used.formUnion([a, b])
            if let magnitudes = factors.magnitudes {
                let name = magnitudeName(target, layer: layer)
                magnitudes.values.assign(try file.values(of: name, shape: [outputs]))
                used.insert(name)
            }
        }
        // Modules that are kept whole are read by whoever makes the model.
        used.formUnion(configuration.savedModules.map { $0.weight.savedName(in: modelConfiguration.architecture) })
        if let stranger = Set(file.tensors.keys).subtracting(used).min() {
            throw .adapterMismatch(
                file: file.path.string, problem: "tensor \(stranger) belongs to nothing this adapter's settings name")
        }
        pack()
    }

    /// The tensors as PEFT stores them.
    public func tensors() -> [SafetensorsWriter.Tensor] {
        all.flatMap {
            tensors(target: $1, layer: $0, a: $2.a, b: $2.b) + magnitudes($1, layer: $0, $2.magnitudes?.values)
        }
    }

    private func magnitudes(_ target: LinearLayer, layer: Int, _ values: Tensor?) -> [SafetensorsWriter.Tensor] {
        guard let values else { return [] }
        return [.init(name: magnitudeName(target, layer: layer), shape: [values.columns], values: values.floats())]
    }

    /// The gradients, named as their parameters.
    public func gradientTensors() -> [SafetensorsWriter.Tensor] {
        all.flatMap { layer, target, factors -> [SafetensorsWriter.Tensor] in
            guard let state = factors.training else { return [] }
            return tensors(target: target, layer: layer, a: state.aGradient, b: state.bGradient)
                + magnitudes(target, layer: layer, factors.magnitudes?.gradient)
        }
    }

    private func tensors(target: LinearLayer, layer: Int, a: Tensor, b: Tensor) -> [SafetensorsWriter.Tensor] {
        let rank = configuration.rank
        let outputs = b.columns
        let rows = b.doubles()
        return [
            .init(
                name: name(target, layer: layer, factor: "A"), shape: [rank, a.columns],
                values: a.doubles().map { Float($0) }),
            .init(
                name: name(target, layer: layer, factor: "B"), shape: [outputs, rank],
                values: (0..<rank * outputs).map { Float(rows[$0 % rank * outputs + $0 / rank]) }),
        ]
    }

    /// Writes the adapter into a folder that exists: each file whole or not at all.
    ///
    /// - Parameter modules: the values of those modules that the adapter's settings name as kept whole.
    /// - Throws: `LanguageModelsError.unreadable` with the system's error.
    public func write(
        to folder: FilePath, modules: TrainableWeights? = nil
    ) throws(LanguageModelsError) {
        let whole = self.configuration.savedModules.compactMap { modules?.parameter($0.weight) }.map { parameter in
            SafetensorsWriter.Tensor(
                name: "base_model.model.\(parameter.name)",
                shape: [parameter.value.rows, parameter.value.columns], values: parameter.value.floats())
        }
        guard whole.count == self.configuration.savedModules.count else {
            throw .unsupported(file: folder.string, what: "an adapter with modules_to_save, written without them,")
        }
        let configuration = JSONWriter.bytes(.object(configuration.json(for: modelConfiguration)), style: .pretty)
        try AtomicFile.write(SafetensorsWriter.bytes(tensors() + whole), to: folder.appending(Self.weightsFile))
        try AtomicFile.write(configuration + [0x0A], to: folder.appending(Self.configurationFile))
    }
}
