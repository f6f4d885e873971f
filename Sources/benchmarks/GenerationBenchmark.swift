import ArgumentParser
import Foundation
import Kernels
import LanguageModels
import SystemPackage

/// Tokens a second, of a prompt that is read and of an answer that is written.
struct GenerationBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generation", abstract: "Read a prompt, and write an answer token by token.")

    @Option(help: "A GGUF file, or a Hugging Face folder.") var model: String
    @Option(help: "Tokens of the prompt.") var promptTokens = 512
    @Option(help: "Tokens of the answer.") var answerTokens = 128
    @Option(help: "How often to measure.") var repetitions = 5
    @Option(help: "Threads.") var threads = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "float32 or bfloat16. (the fastest that the processor has)") var precision: ComputePrecision?
    @Flag(help: "Say where the time goes.") var profile = false

    func run() throws {
        let operations = profile ? OperationProfile() : nil
        let backend = try KernelBackend.requested(in: ProcessInfo.processInfo.environment)
        let mayRound = precision == nil
        let precision = precision ?? KernelBackend.fastestPrecision(requested: backend)
        let context = try ComputeContext(
            precision: precision, threadCount: threads, backend: backend, mayRound: mayRound, profile: operations)
        let capacity = promptTokens + answerTokens
        let transformer = try TransformerModel(
            source: PretrainedModel(path: FilePath(model)).source, trainable: false, maximumPositions: capacity,
            in: context)
        let prompt = (0..<promptTokens).map { Int32(20 + $0 * 7919 % 39_980) }
        var reading: [Double] = []
        var writing: [Double] = []
        for _ in 0..<max(1, repetitions) {
            let generator = try TextGenerator(model: transformer, capacity: capacity)
            var sampler = Sampler.greedy
            var logits: [Float] = []
            try reading.append(Double(promptTokens) / seconds { logits = try generator.read(prompt) })
            let time = try seconds {
                for _ in 1..<answerTokens { logits = try generator.read([sampler.choose(from: logits)]) }
            }
            writing.append(Double(answerTokens - 1) / time)
        }
        print("\(precision.rawValue), kernels:", backend?.rawValue ?? "the fastest")
        report("prompt of \(promptTokens)", reading)
        report("answer of \(answerTokens)", writing)
        for (operation, entry) in (operations?.entries ?? [:]).sorted(by: { $0.value.seconds > $1.value.seconds }) {
            print(String(format: "%10.3f s %8d calls  ", entry.seconds, entry.calls) + operation.rawValue)
        }
    }

    private func report(_ label: String, _ rates: [Double]) {
        print(
            "ours, \(label), \(threads) threads".padding(toLength: 36, withPad: " ", startingAt: 0),
            "tokens/s:", rates.map { String(format: "%.0f", $0) }.joined(separator: " "))
    }

    private func seconds(_ body: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try body()
        let elapsed = (ContinuousClock.now - start).components
        return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
    }
}

extension ComputePrecision: ExpressibleByArgument {}
