import ArgumentParser
import DatasetFormats
import Foundation
import Kernels
import LanguageModels
import SystemPackage

/// Where a model is written, and how.
struct ModelOutput: ParsableArguments {
    @Argument(help: "A file that ends in .gguf, or a folder for Hugging Face's layout.") var path: String
    @Option(
        name: .customLong("format"),
        help:
            "The numbers: f32, f16, bf16; in GGUF q8_0, q4_0, q4_1, q5_0, q5_1, q4_k, q5_k, q6_k too. (the model's own)"
    )
    var format: String?
    @Flag(help: "Write over what is there.") var force = false

    var isGGUF: Bool { path.lowercased().hasSuffix(".gguf") }

    func validate() throws {
        guard let format else { return }
        guard let known = WeightFormat(name: format) else {
            let names = WeightFormat.allCases.map(\.name).joined(separator: ", ")
            throw ValidationError("--format \(format) is none of \(names)")
        }
        guard isGGUF || known.valuesPerBlock == 1 else {
            throw ValidationError("a folder's numbers are f32, f16 or bf16; for \(format) write a file.gguf")
        }
    }

    /// Writes the model and says so.
    func write(_ export: ModelExport, json: Bool, name: String) throws {
        let target = FilePath(path)
        let place = isGGUF ? target : target.appending("model.safetensors")
        if FileManager.default.fileExists(atPath: place.string), !force { throw CommandError.fileExists(path: place) }
        let format = format.flatMap(WeightFormat.init(name:))
        let line = ProgressLine("writing \(path)")
        line.update(done: 0, total: nil, details: "")
        defer { line.clear() }
        if isGGUF {
            try export.writeGGUF(to: target, format: format)
        } else {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try export.writeFolder(to: target, format: format)
        }
        line.clear()
        let size = (try? FileManager.default.attributesOfItem(atPath: place.string)[.size] as? Int) ?? 0
        if json {
            Terminal.print(["path": .string(path), "bytes": .int(size), "model": .string(name)])
        } else {
            Terminal.print("wrote \(path): \(Format.bytes(size))")
        }
    }
}
