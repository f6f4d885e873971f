import DatasetFormats
import LanguageModels
import SystemPackage
import TestFolders
import Testing

@testable import Training

/// Whatever is taught and however: a training that is stopped goes on to the same bytes.
@Suite struct MethodResumeTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout TrainingOptions) -> Void

        init(_ name: String, _ change: @escaping @Sendable (inout TrainingOptions) -> Void) {
            testDescription = name
            self.change = change
        }
    }

    static let cases: [Case] =
        TrainingStage.allCases.map { stage in Case("stage \(stage.rawValue)") { $0.stage = stage } }
        + OptimiserKind.allCases.filter { $0 != .muon }.map { kind in Case(kind.rawValue) { $0.optimiser = kind } }
        + PreferenceLoss.allCases.map { loss in
            Case("loss \(loss.rawValue)") { ($0.stage, $0.preference.loss) = (.preference, loss) }
        }
        + [
            Case("dora") { $0.usesMagnitudes = true },
            Case("qlora") { ($0.tuning.quantisation.bits, $0.tuning.quantisation.type) = (4, .normalFloat4) },
            Case("qlora, dora") { ($0.tuning.quantisation.bits, $0.usesMagnitudes) = (4, true) },
            Case("whole modules") { $0.tuning.additionalModules = ["embed_tokens", "lm_head"] },
            Case("whole modules, dpo") { ($0.tuning.additionalModules, $0.stage) = (["lm_head"], .preference) },
            Case("pissa") { $0.usesPrincipalComponents = true },
            Case("dropout") { $0.dropout = 0.3 }, Case("neftune") { $0.embeddingNoise = 5 },
            Case("full") { ($0.tuning.kind, $0.rank) = (.full, 8) },
            Case("full, muon") { ($0.tuning.kind, $0.rank, $0.optimiser) = (.full, 8, .muon) },
            Case("full, dpo") { ($0.tuning.kind, $0.rank, $0.stage) = (.full, 8, .preference) },
            Case("freeze") { ($0.tuning.kind, $0.rank, $0.tuning.layers) = (.freeze, 8, 1) },
        ]

    @Test(arguments: cases, [1, 4])
    func aStoppedTrainingGoesOnAsIfItHadNotStopped(c: Case, steps: Int) throws {
        var whole = try Rehearsal()
        c.change(&whole.options)
        whole.options.loggingSteps = 3
        whole.rows = .rows(for: whole.options.stage)
        let summary = try whole.run()
        #expect(summary.loss.isFinite)
        var stopped = try Rehearsal()
        (stopped.options, stopped.rows) = (whole.options, whole.rows)
        _ = try stopped.training().run(onStep: { _ in }, shouldStop: Self.after(steps))
        try stopped.run(resumingFrom: "last")
        let name = whole.options.tuning.kind == .lora ? LowRankAdapter.weightsFile : HuggingFaceFolder.weightsFile
        #expect(try stopped.bytes(name) == whole.bytes(name))
        if whole.options.stage == .reward {
            #expect(try stopped.bytes(ValueHead.file) == whole.bytes(ValueHead.file))
        }
        // Means are over all steps since the last record, those before the stop too.
        let figures = try [whole.metrics(), stopped.metrics()].map { lines in
            lines.map { line in
                line.members.filter { $0.key != "tokens_per_second" }.map { "\($0.key)=\($0.value)" }.sorted()
            }
        }
        #expect(figures[0] == figures[1])
    }

    private static func after(_ steps: Int) -> () -> Bool {
        var taken = 0
        return {
            taken += 1
            return taken == steps
        }
    }

    /// What adds noise, or trains otherwise, ends elsewhere than a plain training.
    @Test(arguments: cases.filter { !["stage sft", "adamw_torch"].contains($0.testDescription) })
    func everyMethodMakesADifference(c: Case) throws {
        let plain = try Rehearsal()
        try plain.run()
        var other = try Rehearsal()
        c.change(&other.options)
        other.rows = .rows(for: other.options.stage)
        try other.run()
        let name = other.options.tuning.kind == .lora ? LowRankAdapter.weightsFile : HuggingFaceFolder.weightsFile
        #expect(try !plain.has(name) || plain.bytes(name) != other.bytes(name))
    }
}
