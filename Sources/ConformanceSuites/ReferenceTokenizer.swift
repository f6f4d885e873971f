import Foundation
import LanguageModels
import SystemPackage
import Tokenizers

/// The tokenizer that some goldens were made by.
struct ReferenceTokenizer {
    enum File {
        case json(String)
        case tiktoken(String, TiktokenEncoding)
        case tekken(String)
        case sentencePiece(String)
        case smolLM2
        case gemma3
    }

    /// Why a tokenizer's file is not here, where it need not be.
    enum Absence: Error {
        case noModel(String)
    }

    let file: File
    let recognisesSpecialTokens: Bool

    /// - Parameter name: the goldens' file, without its ending. Where it is none of the known, the tokenizer is the
    ///   file of this name under `files`.
    init?(goldens name: String, _ surroundings: ConformanceSurroundings) {
        if let (file, recognises) = Self.known[name] {
            self.file = file
            recognisesSpecialTokens = recognises
        } else if (try? surroundings.tokenizerFile("\(name).tokenizer.json")) != nil {
            file = .json("\(name).tokenizer.json")
            recognisesSpecialTokens = true
        } else if (try? surroundings.tokenizerFile("\(name).model")) != nil {
            file = .sentencePiece("\(name).model")
            recognisesSpecialTokens = false
        } else {
            return nil
        }
    }

    private static let known: [String: (File, Bool)] = [
        "smollm2": (.json("smollm2.tokenizer.json"), true),
        "smollm2-gguf": (.smolLM2, false),
        "smollm2-gguf-special": (.smolLM2, true),
        "gemma3-gguf": (.gemma3, false),
        "gemma3-gguf-special": (.gemma3, true),
        "llama3": (.tiktoken("llama3.tiktoken", .llama3), false),
        "qwen": (.tiktoken("qwen.tiktoken", .qwen), false),
        "mistral-tekken": (.tekken("mistral-tekken.json"), false),
        "mistral-v1-sentencepiece": (.sentencePiece("mistral-v1.model"), false),
        "mistral-v3-sentencepiece": (.sentencePiece("mistral-v3.model"), false),
    ]

    func tokenizer(_ surroundings: ConformanceSurroundings) throws -> Tokenizer {
        func bytes(_ name: String) throws -> ([UInt8], String) {
            let path = try surroundings.tokenizerFile(name)
            guard let data = FileManager.default.contents(atPath: path.string) else {
                throw ConformanceError.unreadable(path: path, problem: "cannot be read")
            }
            return (Array(data), path.string)
        }
        switch file {
        case .json(let name):
            let (bytes, source) = try bytes(name)
            return try Tokenizer(huggingFace: bytes, configuration: nil, source: source)
        case .tiktoken(let name, let encoding):
            let (bytes, source) = try bytes(name)
            return try Tokenizer(tiktoken: bytes, encoding: encoding, source: source)
        case .tekken(let name):
            let (bytes, source) = try bytes(name)
            return try Tokenizer(tekken: bytes, source: source)
        case .sentencePiece(let name):
            let (bytes, source) = try bytes(name)
            return try Tokenizer(sentencePiece: bytes, source: source)
        case .smolLM2: return try Self.gguf(surroundings.model, "SmolLM2's file: name it with --model")
        case .gemma3: return try Self.gguf(surroundings.gemmaModel, "Gemma 3's file: name it with --gemma-model")
        }
    }

    private static func gguf(_ path: FilePath?, _ what: String) throws -> Tokenizer {
        guard let path else { throw Absence.noModel("skipped, for want of \(what)") }
        return try Tokenizer(gguf: try GGUFFile(path: path).tokenizerMetadata())
    }

    /// What the reference makes of ids.
    func decode(_ ids: [Int32], by tokenizer: Tokenizer) throws -> String {
        guard case .smolLM2 = file else {
            if case .gemma3 = file { return try decodeAsLlamaCppPython(ids, by: tokenizer) }
            return try tokenizer.decode(ids)
        }
        return try decodeAsLlamaCppPython(ids, by: tokenizer)
    }

    /// llama-cpp-python gives each token 32 bytes of room and loses the text of longer ones. We lose nothing, so the
    /// comparison leaves out what the reference does.
    private func decodeAsLlamaCppPython(_ ids: [Int32], by tokenizer: Tokenizer) throws -> String {
        let whole = try tokenizer.decodeBytes(ids)
        let pieces = try ids.map { id in try tokenizer.decodeBytes([id]) }
        guard pieces.contains(where: { $0.count > 32 }), pieces.reduce([], +) == whole else {
            return String(decoding: whole, as: UTF8.self)
        }
        return String(decoding: pieces.filter { $0.count <= 32 }.joined(), as: UTF8.self)
    }
}
