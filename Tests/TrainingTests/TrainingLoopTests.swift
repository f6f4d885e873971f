import DatasetFormats
import Foundation
import Kernels
import LanguageModels
import SystemPackage
import Testing
import TinyModels

@testable import Training

@Suite struct TrainingLoopTests {
    @Test(arguments: Rehearsal.Mode.allCases)
    func theLossFalls(mode: Rehearsal.Mode) throws {
        var rehearsal = try Rehearsal(mode)
        rehearsal.options.maximumSteps = 40
        let summary = try rehearsal.run()
        let losses = try rehearsal.metrics().compactMap { $0["loss"]?.doubleValue }
        #expect(losses.count == 40 && losses.last == summary.loss)
        let (first, last) = (losses.prefix(5).reduce(0, +), losses.suffix(5).reduce(0, +))
        #expect(last < first * 0.6, "\(first / 5) to \(last / 5)")
        #expect(summary.steps == 40 && summary.isComplete)
    }

    @Test(arguments: Rehearsal.Mode.allCases)
    func everyRunGivesTheSameBytes(mode: Rehearsal.Mode) throws {
        let first = try Rehearsal(mode)
        try first.run()
        let second = try Rehearsal(mode)
        try second.run()
        #expect(try first.bytes() == second.bytes())
        #expect(try first.bytes("adapter_config.json") == second.bytes("adapter_config.json"))
        var other = try Rehearsal(mode)
        other.options.seed = 43
        try other.run()
        #expect(try first.bytes() != other.bytes())
    }

    struct Kernels: CustomTestStringConvertible {
        let precision: ComputePrecision, backend: KernelBackend
        var testDescription: String { "\(precision.rawValue), \(backend.rawValue)" }
        var isHere: Bool { (try? ComputeContext(precision: precision, threadCount: 1, backend: backend)) != nil }
    }

    /// No processor has all of them.
    static let kernels = [
        Kernels(precision: .float32, backend: .portable), Kernels(precision: .float32, backend: .avx2),
        Kernels(precision: .float32, backend: .neon), Kernels(precision: .float32, backend: .avx512),
        Kernels(precision: .bfloat16, backend: .avx512),
    ].filter(\.isHere)

    @Test(arguments: kernels, Rehearsal.Mode.allCases)
    func threadsDoNotChangeBytes(kernels: Kernels, mode: Rehearsal.Mode) throws {
        let adapters = try [1, 2, 3].map { threads in
            var rehearsal = try Rehearsal(mode)
            (rehearsal.precision, rehearsal.backend) = (kernels.precision, kernels.backend)
            rehearsal.threadCount = threads
            try rehearsal.run()
            return try rehearsal.bytes()
        }
        #expect(adapters[0] == adapters[1] && adapters[0] == adapters[2])
    }

    private static func line(_ record: StepRecord) throws -> JSONObject {
        var line = JSONLine()
        record.write(to: &line)
        return try JSONParser.parse(line.bytes, source: "record").objectValue ?? [:]
    }

    @Test func summaryAndRecordsAgree() throws {
        var rehearsal = try Rehearsal()
        rehearsal.options.loggingSteps = 3
        var records: [StepRecord] = []
        let training = try rehearsal.training()
        let summary = try training.run(onStep: { records.append($0) })
        #expect(records.map(\.step) == [3, 6, 7])
        #expect(try rehearsal.metrics() == records.map(Self.line))
        #expect(records.allSatisfy { $0.totalSteps == 7 && training.totalSteps == 7 })
        #expect(summary.loss == records.last?.loss && summary.tokenCount == records.last?.tokenCount)
        // Nine rows make five batches of two.
        #expect(summary.epochs == 1.4)
        let tokens = try (0..<7).map { try rehearsal.loader().batch(at: $0).examples.reduce(0) { $0 + $1.count } }
        #expect(records.map(\.tokenCount) == [3, 6, 7].map { tokens.prefix($0).reduce(0, +) })
        // Two steps of warm-up, then half a cosine over five.
        let rates = records.map(\.learningRate)
        for (rate, turn) in zip(rates, [0.0, 0.6, 0.8]) {
            #expect(abs(rate - 0.01 * 0.5 * (1 + cos(.pi * turn))) < 1e-12)
        }

        // The means of three steps weigh every target token alike.
        let each = try Rehearsal()
        var weights: [Double] = []
        var losses: [Double] = []
        let loader = try each.training()
        _ = try loader.run(onStep: { losses.append($0.loss) })
        for step in 0..<3 { weights.append(Double(try Self.targets(each, step: step))) }
        let mean = zip(losses, weights).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
        #expect(abs((records.first?.loss ?? 0) - mean) < 1e-9)
    }

    /// Supervised tokens of a step's batch.
    private static func targets(_ rehearsal: Rehearsal, step: Int) throws -> Int {
        try rehearsal.loader().batch(at: step).examples.reduce(0) { $0 + $1.supervisedTokenCount }
    }

    @Test func withoutRowsThereIsNothingToLearn() throws {
        var rehearsal = try Rehearsal()
        rehearsal.rows = RowList(rows: [])
        #expect(throws: TrainingError.noRows(skipped: 0)) { try rehearsal.training() }
        rehearsal.rows = RowList(rows: [["instruction": .string("no answer")], ["instruction": .int(3)]])
        #expect(throws: TrainingError.noRows(skipped: 2)) { try rehearsal.training() }
        #expect(!rehearsal.has(""))
    }

    /// A row that the model cannot read is told of before the first step, not in the middle of the night.
    @Test(arguments: [Rehearsal.Mode.plain, .packing])
    func rowsLongerThanTheModelAreRefusedAtOnce(mode: Rehearsal.Mode) throws {
        var rehearsal = try Rehearsal(mode)
        let longest = try rehearsal.loader().longestExample
        rehearsal.maximumPositions = longest - 1
        #expect(throws: LanguageModelsError.tooLong(tokens: longest, limit: longest - 1)) {
            try rehearsal.training()
        }
        #expect(!rehearsal.has(""))
        rehearsal.maximumPositions = longest
        #expect(try rehearsal.run().isComplete)
    }

    /// A decay that multiplies every weight by −10⁵ at each step soon passes all floats.
    @Test(arguments: [1...20, 5...5, 6...6, 7...7, 8...8, 9...9, 10...10])
    func noAdapterWithoutNumbersIsWritten(steps: ClosedRange<Int>) throws {
        var rehearsal = try Rehearsal()
        rehearsal.options.learningRate = 1000
        rehearsal.options.weightDecay = 100
        rehearsal.options.warmupSteps = 0
        rehearsal.options.schedule = .constant
        rehearsal.options.maximumSteps = steps.upperBound
        rehearsal.options.saveSteps = steps.lowerBound
        do {
            try rehearsal.run()
        } catch let error as TrainingError {
            guard case .diverged(let step, _) = error else { throw error }
            #expect(step <= steps.upperBound)
            #expect(!rehearsal.has("adapter_model.safetensors"))
        }
        let folders = try [rehearsal.output] + rehearsal.checkpoints().map { rehearsal.output.appending($0) }
        for path in folders.map({ $0.appending("adapter_model.safetensors") })
        where FileManager.default.fileExists(atPath: path.string) {
            let file = try SafetensorsFile(path: path)
            #expect(file.tensors.values.allSatisfy { file.values(of: $0).allSatisfy(\.isFinite) }, "\(path)")
        }
        if steps.upperBound == 20 { #expect(!rehearsal.has("adapter_model.safetensors")) }
    }
}
