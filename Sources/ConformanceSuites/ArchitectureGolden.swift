import DatasetFormats
import LanguageModels
import SystemPackage

/// One architecture's folder, as `tools/make-architecture-goldens` writes it.
struct ArchitectureGolden {
    let folder: FilePath
    let sequences: [[Int32]]
    let greedy: [Int32]
    let adapterGreedy: [Int32]
    let losses: [Double]
    let rate: Double
    private let tensors: SafetensorsFile

    var gguf: FilePath { folder.appending("model.gguf") }
    var adapter: FilePath { folder.appending("adapter") }

    init(folder: FilePath) throws {
        self.folder = folder
        let file = try GoldenFile(folder.appending("golden.json"))
        let golden = try file.object(file.value, "golden")
        sequences = try file.array(golden["sequences"], "sequences").map { try file.integers($0, "sequences") }
        guard let first = sequences.first, first.count > 3 else {
            throw ConformanceError.wrongLayout(path: file.path, field: "sequences")
        }
        greedy = try file.integers(golden["greedy"], "greedy")
        adapterGreedy = try file.integers(golden["adapter_greedy"], "adapter_greedy")
        losses = try file.array(golden["losses"], "losses").map { try file.double($0, "losses") }
        rate = try file.double(golden["rate"], "rate")
        tensors = try SafetensorsFile(path: folder.appending("golden.safetensors"))
    }

    /// Tensors of gradients, by their names in the file.
    var gradientNames: Set<String> { Set(tensors.tensors.keys.filter { $0.hasPrefix("gradient.") }) }

    func values(_ name: String) throws -> [Float] {
        guard let entry = tensors.tensors[name] else {
            throw ConformanceError.wrongLayout(path: tensors.path, field: name)
        }
        return tensors.values(of: entry)
    }

    /// All sequences end to end; each token but the last of a sequence is taught the next.
    var batch: TrainingSequences {
        var segments: [Range<Int>] = []
        for ids in sequences {
            let start = segments.last?.upperBound ?? 0
            segments.append(start..<start + ids.count)
        }
        return TrainingSequences(
            tokens: sequences.flatMap { $0 },
            targets: sequences.flatMap { ids in ids.indices.map { $0 + 1 < ids.count ? ids[$0 + 1] : nil } },
            segments: segments)
    }
}
