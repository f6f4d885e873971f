import DatasetFormats
import Kernels
import SystemPackage

/// Reads a model's weights from a Hugging Face folder: `config.json`, and `model.safetensors` or the shards that
/// `model.safetensors.index.json` names.
public struct HuggingFaceWeightSource: WeightSource {
    public let configuration: ModelConfiguration
    private let places: [WeightName: (file: SafetensorsFile, entry: SafetensorsFile.Entry)]
    private let files: [SafetensorsFile]

    /// - Throws: `LanguageModelsError` where a file is missing, damaged, or does not hold what the configuration says.
    public init(folder: FilePath) throws(LanguageModelsError) {
        let configPath = folder.appending("config.json")
        let configuration = try ModelConfiguration(config: try JSONFile.object(configPath), file: configPath.string)
        let architecture = configuration.architecture
        let files = try Self.openFiles(folder)
        var places: [WeightName: (file: SafetensorsFile, entry: SafetensorsFile.Entry)] = [:]
        var used: Set<String> = []
        for name in WeightName.all(in: configuration) {
            let stored = name.huggingFace(in: architecture)
            // The first GPT-2 was published without its outermost module's name.
            let bare = architecture == .gpt2 ? String(stored.dropFirst("transformer.".count)) : stored
            guard let (file, entry) = Self.find([stored, bare], in: files) else {
                throw .missingTensor(file: folder.string, name: stored)
            }
            let expected = Self.storedShape(of: name, in: configuration)
            guard entry.shape == expected else {
                throw .wrongShape(
                    file: file.path.string, tensor: entry.name, expected: expected, found: entry.shape)
            }
            places[name] = (file, entry)
            used.insert(entry.name)
        }
        // A weight that is not used would make it another model than the one computed.
        let strangers = Set(files.flatMap(\.tensors.keys)).subtracting(used)
        if let stranger = strangers.filter({ !Self.isHarmless($0, in: configuration) }).min() {
            throw .unsupported(
                file: folder.string, what: "a model of type \(architecture.rawValue) with the tensor \(stranger)")
        }
        self.configuration = configuration
        self.places = places
        self.files = files
    }

    private static func find(
        _ names: [String], in files: [SafetensorsFile]
    ) -> (SafetensorsFile, SafetensorsFile.Entry)? {
        for name in names {
            for file in files {
                if let entry = file.tensors[name] { return (file, entry) }
            }
        }
        return nil
    }

    /// What older checkpoints keep although it follows from the configuration: frequencies, masks, a tied head.
    private static func isHarmless(_ name: String, in configuration: ModelConfiguration) -> Bool {
        name.hasSuffix(".rotary_emb.inv_freq")
            || configuration.architecture == .gpt2
                && (name.hasSuffix(".attn.bias") || name.hasSuffix(".attn.masked_bias"))
            || configuration.tiesWordEmbeddings && name == "lm_head.weight"
    }

    private static func storedShape(of name: WeightName, in configuration: ModelConfiguration) -> [Int] {
        let (rows, columns) = name.shape(in: configuration)
        if name.isVector { return [columns] }
        return isTransposed(name, in: configuration) ? [columns, rows] : [rows, columns]
    }

    private static func isTransposed(_ name: WeightName, in configuration: ModelConfiguration) -> Bool {
        guard case .linear = name else { return false }
        return configuration.architecture.keepsLinearWeightsTransposed
    }

    private static func openFiles(_ folder: FilePath) throws(LanguageModelsError) -> [SafetensorsFile] {
        let index = folder.appending("model.safetensors.index.json")
        guard JSONFile.exists(index) else { return [try SafetensorsFile(path: folder.appending("model.safetensors"))] }
        guard let map = try JSONFile.object(index)["weight_map"]?.objectValue else {
            throw .malformed(file: index.string, place: "weight_map", problem: "is missing")
        }
        var files: [SafetensorsFile] = []
        for name in Set(map.members.compactMap { $0.value.stringValue }).sorted() {
            guard let component = FilePath.Component(name), component.kind == .regular else {
                throw .malformed(
                    file: index.string, place: "weight_map", problem: "names a file outside its folder: \(name)")
            }
            files.append(try SafetensorsFile(path: folder.appending(component)))
        }
        return files
    }

    public func read(_ name: WeightName, rows: Range<Int>, into values: UnsafeMutableBufferPointer<Float>) {
        guard let (file, entry) = places[name] else {
            preconditionFailure("the source was opened with every weight")
        }
        if Self.isTransposed(name, in: configuration) {
            file.readTransposed(entry, columns: rows, into: values)
            return
        }
        file.read(entry, rows: name.isVector ? 0..<entry.shape[0] : rows, into: values)
        if name.isNormWeight, configuration.architecture.keepsNormWeightsLessOne {
            for index in values.indices { values[index] += 1 }
        }
    }

    /// How the file stores a weight.
    func format(of name: WeightName) -> WeightFormat { places[name]?.entry.format ?? .float32 }

    public func releasePages() { for file in files { file.file.release() } }
}
