import Foundation
import SystemPackage

@testable import LanguageModels

/// The tiny models of fixtures/architectures.
enum ArchitectureFixtures {
    static let names = [
        "llama", "llama-biases", "llama-yarn", "mistral", "smollm3", "qwen2", "qwen3", "gemma2", "gemma3", "phi3",
        "gpt2",
    ]

    static func folder(_ name: String) -> FilePath {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return FilePath(root.appendingPathComponent("fixtures/architectures/\(name)").path)
    }

    static func huggingFace(_ name: String) throws -> HuggingFaceWeightSource {
        try HuggingFaceWeightSource(folder: folder(name))
    }

    static func gguf(_ name: String) throws -> GGUFWeightSource {
        try GGUFWeightSource(file: GGUFFile(path: folder(name).appending("model.gguf")))
    }
}
