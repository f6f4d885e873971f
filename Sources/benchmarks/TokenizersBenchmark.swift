import ArgumentParser
import DatasetFormats
import Foundation
import LanguageModels
import SystemPackage
import Tokenizers

/// Megabytes of text a second, and milliseconds to load a vocabulary.
struct TokenizersBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenizers", abstract: "Load a tokenizer, and encode texts with one thread and with two.")

    @Option(help: "A tokenizer.json, a GGUF file, or a SentencePiece .model.") var tokenizer: String
    @Option(help: "JSON Lines of objects with a text.") var texts: String
    @Option(help: "How often to measure; the fastest counts.") var repetitions = 3

    func run() throws {
        var loaded = try load()
        let loading = try fastest { loaded = try load() }
        print(
            "ours, loading".padding(toLength: 28, withPad: " ", startingAt: 0),
            String(format: "%8.1f ms", loading * 1e3))
        let texts = try readTexts()
        let megabytes = Double(texts.reduce(0) { $0 + $1.utf8.count }) / 1e6
        for threads in [1, 2] {
            var count = 0
            let seconds = fastest {
                count = loaded.encode(batch: texts, recognisingSpecialTokens: true, threadCount: threads)
                    .reduce(0) { $0 + $1.count }
            }
            print(
                "ours, \(threads) thread\(threads == 1 ? "" : "s")".padding(toLength: 28, withPad: " ", startingAt: 0),
                String(format: "%8.1f MB/s %10d tokens", megabytes / seconds, count))
        }
    }

    private func load() throws -> Tokenizer {
        let path = FilePath(tokenizer)
        if path.extension == "gguf" { return try Tokenizer(gguf: try GGUFFile(path: path).tokenizerMetadata()) }
        let bytes = try bytes(tokenizer)
        return path.extension == "model"
            ? try Tokenizer(sentencePiece: bytes, source: tokenizer)
            : try Tokenizer(huggingFace: bytes, configuration: nil, source: tokenizer)
    }

    private func readTexts() throws -> [String] {
        var reader = try JSONRowReader(path: FilePath(texts))
        var result: [String] = []
        while let row = try reader.next() {
            guard let text = try JSONParser.parseRow(row, source: texts)["text"]?.stringValue else {
                throw ValidationError("\(texts): row \(row.index) has no text")
            }
            result.append(text)
        }
        return result
    }

    private func bytes(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ValidationError("\(path): unreadable")
        }
        return Array(data)
    }

    /// The seconds of the fastest run.
    private func fastest(_ body: () throws -> Void) rethrows -> Double {
        var best = Double.infinity
        for _ in 0..<max(1, repetitions) {
            let start = ContinuousClock.now
            try body()
            let elapsed = (ContinuousClock.now - start).components
            best = min(best, Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
        }
        return best
    }
}
