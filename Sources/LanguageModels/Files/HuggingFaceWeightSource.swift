import DatasetFormats
import SystemPackage

/// Reads a Llama model's weights from a Hugging Face folder: `config.json`, and `model.safetensors` or the shards
/// that `model.safetensors.index.json` names.
public struct HuggingFaceWeightSource: WeightSource {
    public let configuration: ModelConfiguration
    private let places: [WeightName: (file: SafetensorsFile, entry: SafetensorsFile.Entry)]
    private let files: [SafetensorsFile]

    /// - Throws: `LanguageModelsError` where a file is missing, damaged, or does not hold what the configuration says.
    public init(folder: FilePath) throws(LanguageModelsError) {
        let configPath = folder.appending("config.json")
        configuration = try ModelConfiguration(config: try JSONFile.object(configPath), file: configPath.string)
        let files = try Self.openFiles(folder)
        // A bias that is not used would make it another model than the one computed.
        if let bias = files.flatMap(\.tensors.keys).filter({ $0.hasSuffix(".bias") }).min() {
            throw .unsupported(file: folder.string, what: "a Llama model with the tensor \(bias)")
        }
        var places: [WeightName: (file: SafetensorsFile, entry: SafetensorsFile.Entry)] = [:]
        for name in WeightName.all(in: configuration) {
            guard let file = files.first(where: { $0.tensors[name.huggingFace] != nil }),
                let entry = file.tensors[name.huggingFace]
            else { throw .missingTensor(file: folder.string, name: name.huggingFace) }
            let (rows, columns) = name.shape(in: configuration)
            guard entry.shape == (rows == 1 && entry.shape.count == 1 ? [columns] : [rows, columns]) else {
                throw .wrongShape(
                    file: file.path.string, tensor: name.huggingFace, expected: [rows, columns], found: entry.shape)
            }
            places[name] = (file, entry)
        }
        self.places = places
        self.files = files
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
        file.read(entry, rows: entry.shape.count == 1 ? 0..<entry.shape[0] : rows, into: values)
    }

    public func releasePages() { for file in files { file.file.release() } }
}
