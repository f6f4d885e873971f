import DatasetFormats
import Foundation
import LanguageModels
import TestFolders
import Testing

@testable import Training

@Suite struct EvaluationTests {
    static func rehearsal() throws -> Rehearsal {
        var rehearsal = try Rehearsal()
        rehearsal.options.evaluation.datasets = ["rows"]
        rehearsal.options.evaluation.steps = 2
        rehearsal.options.evaluation.strategy = .steps
        return rehearsal
    }

    static func evaluations(_ rehearsal: Rehearsal) throws -> [JSONObject] {
        try rehearsal.metrics().filter { $0["eval_loss"] != nil }
    }

    @Test func lossAndPerplexityAreRecorded() throws {
        let rehearsal = try Self.rehearsal()
        try rehearsal.run()
        let lines = try Self.evaluations(rehearsal)
        #expect(TrainingTests.steps(lines) == [2, 4, 6, 7])
        for line in lines {
            let loss = try #require(line["eval_loss"]?.doubleValue)
            let perplexity = try #require(line["eval_perplexity"]?.doubleValue)
            #expect(abs(perplexity - exp(loss)) < 1e-9 * perplexity)
        }
        // Looking changes nothing.
        let blind = try Rehearsal()
        try blind.run()
        #expect(try blind.bytes() == rehearsal.bytes())
    }

    /// The loss falls, and the greatest, which is the first, is made the best: it is what is kept, whether a checkpoint
    /// was due after its step or not.
    @Test(arguments: [0, 1])
    func theBestCheckpointIsWhatTheTrainingEndsWith(saveSteps: Int) throws {
        var rehearsal = try Self.rehearsal()
        rehearsal.options.evaluation.keepsBest = true
        rehearsal.options.evaluation.isGreaterBetter = true
        rehearsal.options.checkpointLimit = 1
        rehearsal.options.saveSteps = saveSteps
        let summary = try rehearsal.run()
        let losses = try Self.evaluations(rehearsal).map {
            (try #require($0["step"]?.intValue), try #require($0["eval_loss"]?.doubleValue))
        }
        let best = try #require(losses.max { $0.1 < $1.1 })
        #expect(summary.bestStep == best.0)
        let folder = rehearsal.output.appending("checkpoint-\(best.0)")
        #expect(try rehearsal.bytes() == contents(folder.appending(LowRankAdapter.weightsFile)))
        // Else the best would be what the training ends with anyhow.
        #expect(best.0 == 2)
        // The newest stays beside it.
        let newest = saveSteps == 0 ? best.0 : 7
        #expect(try Set(rehearsal.checkpoints()) == Set(["checkpoint-\(best.0)", "checkpoint-\(newest)"]))
    }

    /// Evaluations before a stop count as those after it do.
    @Test(arguments: [nil, 3, 5])
    func aTrainingThatIsNoBetterStops(stop: Int?) throws {
        var rehearsal = try Self.rehearsal()
        rehearsal.options.maximumSteps = 30
        rehearsal.options.evaluation.patience = 2
        // No loss is above the first by this figure.
        rehearsal.options.evaluation.isGreaterBetter = true
        if let stop { try rehearsal.run(stoppingAfter: stop) }
        let summary = try rehearsal.run(resumingFrom: stop == nil ? nil : "last")
        #expect(summary.isComplete && summary.steps == 6)
        #expect(rehearsal.has(LowRankAdapter.weightsFile))
    }

    @Test func figuresThatAreNoneAreNamed() throws {
        var rehearsal = try Self.rehearsal()
        rehearsal.options.evaluation.metric = "eval_bleu"
        let error = TrainingError.unknownMetric(name: "eval_bleu", known: ["eval_loss", "eval_perplexity"])
        #expect(throws: error) { try rehearsal.run() }
    }
}
