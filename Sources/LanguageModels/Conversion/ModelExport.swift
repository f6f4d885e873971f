import DatasetFormats
import Kernels
import SystemPackage
import Tokenizers

/// Writes a model, with an adapter added to it or without, as a GGUF file or as a Hugging Face folder.
public struct ModelExport: Sendable {
    private let model: PretrainedModel
    private let source: any WeightSource
    private let merged: MergedWeightSource?

    /// - Parameters:
    ///   - adapter: opened for the weights; what is written has it in them.
    ///   - weights: those that the adapter goes on, where they are not the model's own.
    /// - Throws: `LanguageModelsError.adapterMismatch`.
    public init(
        _ model: PretrainedModel, adapter: LowRankAdapter? = nil, weights: (any WeightSource)? = nil
    ) throws(LanguageModelsError) {
        self.model = model
        var merged: MergedWeightSource?
        if let adapter { merged = try MergedWeightSource(base: weights ?? model.source, adapter: adapter) }
        self.merged = merged
        source = merged ?? weights ?? model.source
    }

    private var configuration: ModelConfiguration { source.configuration }
    private var gguf: GGUFFile? { (model.source as? GGUFWeightSource)?.file }

    /// How the model's own file stores a weight.
    private func storedFormat(_ name: WeightName) -> WeightFormat {
        // A head that has become one for itself is kept as the embedding was.
        let name = name == .outputHead && model.source.configuration.tiesWordEmbeddings ? .tokenEmbedding : name
        return switch model.source {
        case let gguf as GGUFWeightSource: gguf.format(of: name)
        case let folder as HuggingFaceWeightSource: folder.format(of: name)
        default: .float32
        }
    }

    // MARK: GGUF

    /// Writes a GGUF file, whole or not at all.
    ///
    /// - Parameter format: of the matrices; nil for each as the model's own file has it. A matrix whose rows are no
    ///   whole number of blocks is written in q8_0, or else in f16. Vectors are always f32.
    /// - Throws: `LanguageModelsError` or `TokenizersError`: `unsupported` naming what GGUF cannot say.
    public func writeGGUF(to path: FilePath, format: WeightFormat? = nil) throws {
        var writer = GGUFWriter()
        let file = model.path.string
        if let gguf {
            if let format { writer.set("general.file_type", .unsigned(Self.fileType(format))) }
            writer.copyEntries(of: gguf)
        } else {
            for (key, value) in try configuration.ggufEntries(file: file) { writer.set(key, value) }
            writer.set("general.type", .string("model"))
            writer.set("general.name", .string(model.path.lastComponent?.string ?? "model"))
            writer.set("general.quantization_version", .unsigned(2))
            writer.set("general.file_type", .unsigned(Self.fileType(format ?? storedFormat(.tokenEmbedding))))
            let tokenizer = try Self.tokenizer(folder: model.path, vocabularySize: configuration.vocabularySize)
            for (key, value) in tokenizer.entries { writer.set(key, value) }
            if let template = model.chatTemplateText { writer.set("tokenizer.chat_template", .string(template)) }
        }
        try writer.write(ggufTensors(format), to: path)
    }

    /// The tensors in the order of the model's own file, so that what does not change stays where it was.
    private func ggufTensors(_ format: WeightFormat?) -> [StoredTensor] {
        var tensors = WeightName.all(in: configuration).map { name -> StoredTensor in
            let stored = storedFormat(name)
            if let gguf, format == nil || format == stored || name.isVector, !(merged?.changes(name) ?? false),
                let tensor = gguf.tensors[name.gguf(in: configuration.architecture)]
            {
                return StoredTensor(copying: tensor, of: gguf)
            }
            return source.ggufTensor(name, format: Self.fitting(format ?? stored, name, in: configuration))
        }
        if let divisors = configuration.ropeDivisors {
            tensors.append(
                StoredTensor(name: "rope_freqs.weight", shape: [divisors.count], format: .float32) { _ in divisors })
        }
        guard let gguf else { return tensors }
        func place(_ tensor: StoredTensor) -> Int { gguf.tensors[tensor.name]?.byteRange.lowerBound ?? .max }
        return tensors.sorted { place($0) < place($1) }
    }

    /// A format whose blocks fit a weight's rows.
    private static func fitting(
        _ format: WeightFormat, _ name: WeightName, in configuration: ModelConfiguration
    ) -> WeightFormat {
        // llama.cpp adds learnt positions as they are.
        if name == .positionEmbedding { return .float32 }
        let columns = name.shape(in: configuration).columns
        return [format, .q8_0, .float16].first { columns % $0.valuesPerBlock == 0 } ?? .float16
    }

    /// llama.cpp's number for a file whose matrices are mostly of a format.
    private static func fileType(_ format: WeightFormat) -> UInt64 {
        switch format {
        case .float32: 0
        case .float16: 1
        case .q4_0: 2
        case .q4_1: 3
        case .q8_0: 7
        case .q5_0: 8
        case .q5_1: 9
        case .q4_K: 14
        case .q5_K: 16
        case .q6_K: 18
        case .bfloat16: 32
        }
    }

    private static func tokenizer(folder: FilePath, vocabularySize: Int) throws -> GGUFTokenizerMetadata {
        let configPath = folder.appending("tokenizer_config.json")
        let config = JSONFile.exists(configPath) ? try JSONFile.object(configPath) : nil
        let own = folder.appending("tokenizer.json")
        let sentencePiece = folder.appending("tokenizer.model")
        // SentencePiece's own scores are those that llama.cpp wants.
        if JSONFile.exists(sentencePiece) {
            return try GGUFTokenizerMetadata(
                sentencePiece: try JSONFile.bytes(sentencePiece), source: sentencePiece.string,
                vocabularySize: vocabularySize)
        }
        return try GGUFTokenizerMetadata(
            huggingFace: try JSONFile.bytes(own), configuration: config, source: own.string,
            vocabularySize: vocabularySize)
    }

    // MARK: Hugging Face

    /// Writes a folder that exists: `config.json`, `model.safetensors`, and the tokenizer's files.
    ///
    /// - Parameter format: f32, f16 or bf16; nil for what the model's own file has, and bf16 where that is quantised.
    /// - Throws: `LanguageModelsError` or `TokenizersError`: `unsupported` naming what a folder cannot say.
    public func writeFolder(to folder: FilePath, format: WeightFormat? = nil) throws {
        let chosen = format ?? storedFormat(.tokenEmbedding)
        let isPlain = chosen.valuesPerBlock == 1
        if format != nil, !isPlain {
            throw LanguageModelsError.unsupported(file: folder.string, what: "\(chosen.name) in a folder's safetensors")
        }
        let kept = isPlain ? chosen : .bfloat16
        if let gguf {
            let tokenizer = try gguf.tokenizerMetadata()
            try writeJSON(
                try configuration.huggingFaceJSON(
                    dtype: kept.torchName, ids: tokenizer.specialIDs, file: model.path.string),
                to: folder.appending("config.json"))
            try AtomicFile.write(try tokenizer.huggingFaceTokenizer(), to: folder.appending("tokenizer.json"))
            try writeJSON(
                tokenizer.huggingFaceConfiguration(
                    maximumPositions: configuration.maximumPositions, chatTemplate: model.chatTemplateText),
                to: folder.appending("tokenizer_config.json"))
        } else {
            try copyFiles(to: folder, format: kept)
        }
        try SafetensorsWriter.write(
            source.huggingFaceTensors { name in format == nil && isPlain ? storedFormat(name) : kept },
            to: folder.appending("model.safetensors"))
    }

    /// Everything that stands beside the weights, with the type of the weights in `config.json`.
    private func copyFiles(to folder: FilePath, format: WeightFormat) throws {
        for name in try model.path.plainFiles() where !Self.isWeights(name) {
            let path = model.path.appending(name)
            guard name == "config.json" else {
                try AtomicFile.write(try JSONFile.bytes(path), to: folder.appending(name))
                continue
            }
            var config = try JSONFile.object(path)
            config["dtype"] = nil
            config["torch_dtype"] = .string(format.torchName)
            if model.source.configuration.tiesWordEmbeddings, !configuration.tiesWordEmbeddings {
                config["tie_word_embeddings"] = .bool(false)
            }
            try writeJSON(config, to: folder.appending(name))
        }
    }

    private static func isWeights(_ name: String) -> Bool {
        [".safetensors", ".safetensors.index.json", ".bin", ".bin.index.json", ".pt", ".pth", ".gguf"].contains {
            name.hasSuffix($0)
        }
    }

    private func writeJSON(_ json: JSONObject, to path: FilePath) throws(LanguageModelsError) {
        try AtomicFile.write(JSONWriter.bytes(.object(json), style: .pretty) + [0x0A], to: path)
    }
}

extension WeightFormat {
    /// PyTorch's name of a format without blocks.
    fileprivate var torchName: String {
        switch self {
        case .float32: "float32"
        case .float16: "float16"
        default: "bfloat16"
        }
    }
}
