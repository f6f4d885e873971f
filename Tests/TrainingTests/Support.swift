import ChatTemplates
import Communication
import Conversations
import DatasetFormats
import Foundation
import Kernels
import LanguageModels
import StreamingLoader
import SystemPackage
import TestFolders
import TinyModels
import Training

@testable import Tokenizers

/// Rows in memory.
struct RowList: RowSource {
    let name = "rows"
    let rows: [JSONObject]

    var rowCount: Int { rows.count }
    func row(at index: Int) throws -> JSONObject { rows[index] }

    /// Questions and answers of different lengths.
    static let small = RowList(
        rows: ["one", "two", "eleven", "a", "seventy-seven", "nine", "forty", "it", "twelve"].enumerated().map {
            [
                "instruction": .string("say \($1)"), "input": .string(""),
                "output": .string(String(repeating: "\($1) ", count: 1 + $0 % 3)),
            ]
        })
}

/// The 256 bytes and three control tokens.
func byteTokenizer() throws -> Tokenizer {
    let tokens =
        ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] + ByteLevelAlphabet.scalars.map { String(Character($0)) }
    return try Tokenizer(
        gguf: GGUFTokenizerMetadata(
            source: "tiny", model: "gpt2", preTokenizer: "smollm", tokens: tokens,
            tokenTypes: tokens.indices.map { $0 < 3 ? 3 : 1 }, merges: [], beginningOfSequenceID: 1,
            endOfSequenceID: 2, paddingID: 2, addsBeginningOfSequence: false))
}

/// A token shard in memory.
private struct KeptBytes: ByteFile {
    let name = "tokens"
    let bytes: [UInt8]

    var byteCount: Int { bytes.count }

    func read(_ range: Range<Int>, into buffer: inout [UInt8]) {
        if buffer.count < range.count { buffer = [UInt8](repeating: 0, count: range.count) }
        for (place, index) in range.enumerated() { buffer[place] = bytes[index] }
    }
}

/// A small training: a tiny model, a few rows, seven steps over more than one epoch, and a folder of its own.
struct Rehearsal {
    enum Mode: CaseIterable {
        case plain, accumulation, packing, packingWithAccumulation
    }

    let folder: TemporaryFolder
    var options = TrainingOptions()
    var rows = RowList.small
    var identity = "this training"
    var precision = ComputePrecision.float32
    var backend: KernelBackend?
    var threadCount = 1
    var maximumPositions = 512
    /// Whether rows are read from their tokens, as `ds train` keeps them; for answers and pairs.
    var keepsTokens = false
    /// The processes that share the training; nil for this one alone.
    var communicator: Communicator?

    init(_ mode: Mode = .plain) throws {
        folder = try TemporaryFolder()
        options.cutoffLength = 100
        options.rank = 4
        options.batchSize = 2
        options.learningRate = 1e-2
        options.weightDecay = 0.01
        options.warmupSteps = 2
        options.maximumSteps = 7
        switch mode {
        case .plain: break
        case .accumulation:
            options.batchSize = 1
            options.accumulationSteps = 3
        case .packing: options.packing = true
        case .packingWithAccumulation:
            options.packing = true
            options.batchSize = 1
            options.accumulationSteps = 2
        }
    }

    /// Where the training writes: a folder that is not there before.
    var output: FilePath { folder.path.appending("out") }

    func loader() throws -> ExampleLoader {
        try ExampleLoader(
            parts: [
                .init(
                    rows: rows, converter: RowConverter(schema: options.stage.schema),
                    tokens: keepsTokens ? try keptTokens() : nil)
            ], encoder: try options.stage.encoder(options),
            options: .init(
                batchSize: options.examplesPerStep, packedLength: options.packing ? options.cutoffLength : nil,
                seed: options.seed))
    }

    private func keptTokens() throws -> TokenizedRows {
        let tokenizer = try byteTokenizer()
        let encoder = try RowEncoder(
            kind: options.stage == .supervised ? .answer : .preference, template: try ChatTemplate.named("chatml"),
            tokenizer: tokenizer,
            options: options.encoderOptions)
        let converter = RowConverter(schema: options.stage.schema)
        var writer = TokenShardWriter(vocabularySize: tokenizer.vocabularySize)
        for row in 0..<rows.rowCount {
            let conversation = try converter.conversation(from: rows.row(at: row), index: row)
            try writer.append(hash: 0, try encoder.encoded(conversation, row: row))
        }
        let shard = TokenizedRows.Shard(
            rowCount: rows.rowCount, sequenceCount: writer.sequenceCount, tokenCount: writer.tokenCount)
        let bytes = writer.bytes()
        return TokenizedRows([shard]) { _ in try TokenShard(KeptBytes(bytes: bytes)) }
    }

    func training(resumingFrom checkpoint: String? = nil) throws -> TrainingLoop {
        var options = options
        options.resumeFrom = checkpoint
        let context = try ComputeContext(precision: precision, threadCount: threadCount, backend: backend)
        let source = try TinyModel(
            vocabularySize: try byteTokenizer().vocabularySize, maximumPositions: maximumPositions)
        let evaluation = options.evaluation.isAsked ? try loader() : nil
        if options.tuning.kind == .lora, !options.tuning.additionalModules.isEmpty {
            let weights = try TrainableWeights.modules(try options.savedModules(), of: source, in: context)
            let model = try TransformerModel(source: weights, trainable: true, in: context)
            return try TrainingLoop(
                options: options, model: model, base: TrainedBase(weights, of: model),
                reference: try TransformerModel(source: source, trainable: false, in: context), baseModel: "tiny",
                loader: try loader(), evaluation: evaluation, output: output, identity: identity,
                communicator: communicator)
        }
        guard options.tuning.kind != .lora else {
            return try TrainingLoop(
                options: options,
                model: try TransformerModel(
                    source: source, trainable: true, storage: WeightStorage(options.tuning.quantisation.rounding),
                    in: context), baseModel: "tiny", loader: try loader(), evaluation: evaluation, output: output,
                identity: identity, communicator: communicator)
        }
        let files = try TemporaryFolder()
        try source.writeHuggingFace(to: files)
        let weights = TrainableWeights(try options.tuning.weights(of: source.configuration), of: source, in: context)
        let model = try TransformerModel(source: weights, trainable: true, in: context)
        return try TrainingLoop(
            options: options, model: model, base: TrainedBase(weights, of: model),
            folder: try HuggingFaceFolder(folder: files.path),
            reference: try TransformerModel(source: source, trainable: false, in: context), baseModel: nil,
            loader: try loader(), evaluation: evaluation, output: output, identity: identity,
            communicator: communicator)
    }

    /// Runs to the end, or until so many steps of this run were taken.
    @discardableResult
    func run(
        resumingFrom checkpoint: String? = nil, stoppingAfter steps: Int? = nil
    ) throws -> TrainingLoop.Summary {
        var taken = 0
        return try training(resumingFrom: checkpoint).run(
            onStep: { _ in taken += 1 }, shouldStop: { taken == steps })
    }

    func bytes(_ name: String = "adapter_model.safetensors") throws -> [UInt8] { try contents(output.appending(name)) }

    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: output.appending(name).string) }

    /// The lines of `metrics.jsonl`.
    func metrics() throws -> [JSONObject] { try metricsLines(output.appending("metrics.jsonl")) }

    /// Checkpoints in the output folder.
    func checkpoints() throws -> [String] { try names(in: output).filter { $0.hasPrefix("checkpoint-") } }
}

func metricsLines(_ path: FilePath) throws -> [JSONObject] {
    try contents(path).split(separator: 0x0A).map {
        try JSONParser.parse(Array($0), source: path.string).objectValue ?? [:]
    }
}

func steps(_ lines: [JSONObject]) -> [Int] { lines.compactMap { $0["step"]?.intValue } }
