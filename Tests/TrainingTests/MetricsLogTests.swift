import DatasetFormats
import SystemPackage
import TestFolders
import Testing
import TinyModels

@testable import Training

@Suite struct MetricsLogTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static func record(_ step: Int, loss: Double = 1.5) -> StepRecord {
        StepRecord(
            step: step, totalSteps: 9, epoch: Double(step) / 3, loss: loss, gradientNorm: 0.25, learningRate: 1e-4,
            tokenCount: 10 * step, tokensPerSecond: 123.456, secondsLeft: 1, measures: [])
    }

    func steps() throws -> [Int] { TrainingTests.steps(try metricsLines(folder.path.appending("metrics.jsonl"))) }

    @Test func aLineHasEverythingThatIsKnown() throws {
        let log = try MetricsLog(folder: folder.path, keptSteps: 0, time: 5)
        try log.write(Self.record(1), time: 6)
        let line = String(decoding: try contents(folder.path.appending("metrics.jsonl")), as: UTF8.self)
        #expect(
            line == """
                {"step":1,"total_steps":9,"epoch":0.3333,"loss":1.5,"grad_norm":0.25,"learning_rate":0.0001,\
                "num_input_tokens_seen":10,"tokens_per_second":123.5}

                """)
        let name = try #require(try names(in: folder.path).first { $0.hasPrefix("events.out.tfevents.5.ds.") })
        let events = try TensorBoardReader.events(try contents(folder.path.appending(name)))
        #expect(
            events.last?.scalars == [
                "train/loss": 1.5, "train/grad_norm": 0.25, "train/learning_rate": 1e-4,
                "train/epoch": Float(1.0 / 3), "train/tokens_per_second": 123.456,
            ])
    }

    @Test(arguments: [(0, [7]), (2, [1, 2, 7]), (4, [1, 2, 3, 4, 7]), (9, [1, 2, 3, 4, 7])])
    func linesOfStepsThatComeAgainAreDropped(kept: Int, expected: [Int]) throws {
        let first = try MetricsLog(folder: folder.path, keptSteps: 0, time: 1)
        for step in 1...4 { try first.write(Self.record(step), time: 2) }
        let second = try MetricsLog(folder: folder.path, keptSteps: kept, time: 3)
        try second.write(Self.record(7), time: 4)
        #expect(try steps() == expected)
    }

    /// A disk that was full, or a machine that went down, may leave half a line; the training goes on all the same.
    @Test func aTornLastLineIsDropped() throws {
        let whole = "{\"step\":1}\n{\"step\":2}\n"
        for length in whole.utf8.count - 10..<whole.utf8.count {
            try folder.write(Array(whole.utf8.prefix(length)), "metrics.jsonl")
            let log = try MetricsLog(folder: folder.path, keptSteps: 2, time: 3)
            try log.write(Self.record(3), time: 4)
            let hasSecond = length == whole.utf8.count - 1
            #expect(try steps() == (hasSecond ? [1, 2, 3] : [1, 3]), "cut to \(length) bytes")
        }
    }

    @Test func aLogThatIsNotThereIsBegun() throws {
        let log = try MetricsLog(folder: folder.path, keptSteps: 5, time: 3)
        try log.write(Self.record(6), time: 4)
        #expect(try steps() == [6])
    }

    @Test func filesGrowAtTheirEnd() throws {
        let path = folder.path.appending("file")
        try AppendingFile(path: path, isNew: true).append([1, 2])
        try AppendingFile(path: path, isNew: false).append([3])
        #expect(try contents(path) == [1, 2, 3])
        let file = try AppendingFile(path: path, isNew: true)
        try file.append([])
        try file.append([4])
        try file.append([5])
        #expect(try contents(path) == [4, 5])
        #expect(throws: TrainingError.self) { try AppendingFile(path: folder.path, isNew: false) }
    }
}

@Suite struct MeterTests {
    static func result(loss: Double, norm: Double, tokens: Int, targets: Int) -> Trainer.StepResult {
        let outcome = BatchOutcome(loss: loss, weight: targets, tokenCount: tokens, targetCount: targets)
        return .init(outcome: outcome, gradientNorm: norm)
    }

    /// What no record has told of yet is kept to the last bit, so that means after a resume are of all steps.
    @Test func sumsAreReadBack() throws {
        var meter = Meter(start: 100)
        for step in 1...3 {
            var outcome = BatchOutcome(loss: 1 / Double(step), weight: step, tokenCount: 10, targetCount: step)
            outcome.measures = [Measure("rewards/chosen", sum: 0.1 * Double(step), weight: 1), Measure("kl")]
            meter.add(.init(outcome: outcome, gradientNorm: 0.3 * Double(step)))
        }
        let bytes = JSONWriter.bytes(.object(meter.sums.json), style: .compact)
        let json = try #require(try JSONParser.parse(bytes, source: "sums").objectValue)
        #expect(Meter.Sums(json: json) == meter.sums)
        #expect(Meter.Sums(json: [:]) == nil)
    }

    /// Losses are weighed by their tokens, norms by steps, and speed is measured since the record before.
    @Test func recordsAreMeansSinceTheLastOne() {
        var meter = Meter(start: 100)
        meter.add(Self.result(loss: 2, norm: 1, tokens: 30, targets: 10))
        meter.add(Self.result(loss: 5, norm: 3, tokens: 50, targets: 20))
        let first = meter.record(
            step: 2, totalSteps: 6, batchesPerEpoch: 4, rate: 0.5, tokenCount: 80, now: 104)
        #expect(first.loss == 4 && first.gradientNorm == 2 && first.learningRate == 0.5 && first.epoch == 0.5)
        #expect(first.tokensPerSecond == 20 && first.secondsLeft == 8 && first.tokenCount == 80)
        meter.add(Self.result(loss: 1, norm: 7, tokens: 10, targets: 1))
        let second = meter.record(
            step: 3, totalSteps: 6, batchesPerEpoch: 4, rate: 0.25, tokenCount: 90, now: 105)
        #expect(second.loss == 1 && second.gradientNorm == 7)
        #expect(second.tokensPerSecond == 10 && second.secondsLeft == 5)
        #expect(meter.elapsed(now: 106) == 6)
    }
}
