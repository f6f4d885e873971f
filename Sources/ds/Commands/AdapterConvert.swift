import ArgumentParser
import Foundation
import Kernels
import LanguageModels
import SystemPackage

struct AdapterConvert: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Write an adapter as llama.cpp's GGUF, or one of those as PEFT's folder.",
        discussion: """
            Examples:
                ds adapter convert runs/fofabot fofabot-lora.gguf
                ds adapter convert fofabot-lora.gguf fofabot-peft --model smollm2
            """)

    @Argument(help: "The adapter: a folder as PEFT writes it, a run of the store, or a GGUF file.") var adapter: String
    @Argument(help: "A file that ends in .gguf, or a folder for PEFT's layout.") var path: String
    @Option(help: "The model that it goes on; else the adapter's, or the store's only one.") var model: String?
    @Flag(help: "Write over what is there.") var force = false
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    private var isFromGGUF: Bool { adapter.lowercased().hasSuffix(".gguf") }
    private var isToGGUF: Bool { path.lowercased().hasSuffix(".gguf") }

    func run() throws {
        let store = try store.open()
        let context = try ComputeContext(precision: .float32, threadCount: 1)
        let lowRank: LowRankAdapter
        if isFromGGUF {
            let files = try ModelFiles(model, in: store)
            lowRank = try LowRankAdapter(
                gguf: FilePath(adapter), for: try PretrainedModel(path: files.path).source.configuration,
                trainable: false, in: context)
        } else {
            let choice = try AdapterChoice(adapter, model: model, in: store)
            lowRank = try LowRankAdapter(
                folder: choice.folder, for: try PretrainedModel(path: choice.model.path).source.configuration,
                trainable: false, in: context)
        }
        let target = FilePath(path)
        let place = isToGGUF ? target : target.appending("adapter_model.safetensors")
        if FileManager.default.fileExists(atPath: place.string), !force { throw CommandError.fileExists(path: place) }
        if isToGGUF {
            try lowRank.writeGGUF(to: target)
        } else {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try lowRank.write(to: target)
        }
        if output.json {
            Terminal.print(["path": .string(path), "parameters": .int(lowRank.parameterCount)])
        } else {
            Terminal.print("wrote \(path): \(Format.count(lowRank.parameterCount, "parameter"))")
        }
    }
}
