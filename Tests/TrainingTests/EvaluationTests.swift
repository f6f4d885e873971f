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

    /// A rate that throws the model about makes the loss rise again; the best is what is kept.
    @Test func theBestCheckpointIsWhatTheTrainingEndsWith() throws {
        var rehearsal = try Self.rehearsal()
        rehearsal.options.learningRate = 0.5
        rehearsal.options.schedule = .constant
        rehearsal.options.evaluation.keepsBest = true
        rehearsal.options.checkpointLimit = 1
        rehearsal.options.saveSteps = 1
        let summary = try rehearsal.run()
        let losses = try Self.evaluations(rehearsal).map {
            (try #require($0["step"]?.intValue), try #require($0["eval_loss"]?.doubleValue))
        }
        let best = try #require(losses.min { $0.1 < $1.1 })
        #expect(summary.bestStep == best.0)
        let folder = rehearsal.output.appending("checkpoint-\(best.0)")
        #expect(try rehearsal.bytes() == contents(folder.appending(LowRankAdapter.weightsFile)))
        // The newest stays beside it.
        #expect(try Set(rehearsal.checkpoints()) == Set(["checkpoint-\(best.0)", "checkpoint-7"]))
    }

    @Test(arguments: [false, true])
    func aTrainingThatIsNoBetterStops(resumes: Bool) throws {
        var rehearsal = try Self.rehearsal()
        rehearsal.options.maximumSteps = 30
        rehearsal.options.evaluation.patience = 2
        // No loss is above the first by this figure.
        rehearsal.options.evaluation.isGreaterBetter = true
        if resumes { try rehearsal.run(stoppingAfter: 3) }
        let summary = try rehearsal.run(resumingFrom: resumes ? "last" : nil)
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
