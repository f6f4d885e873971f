import DatasetFormats
import LanguageModels
import SystemPackage
import TestFolders
import Testing

@testable import Training

/// Whatever is taught and however: a training that is stopped goes on to the same bytes.
@Suite struct MethodResumeTests {
    static let cases: [OptionsCase] =
        TrainingStage.allCases.map { stage in OptionsCase("stage \(stage.rawValue)") { $0.stage = stage } }
        + OptimiserKind.allCases.filter { $0 != .muon }.map { kind in OptionsCase(kind.rawValue) { $0.optimiser = kind }
        }
        + PreferenceLoss.allCases.map { loss in
            OptionsCase("loss \(loss.rawValue)") { ($0.stage, $0.preference.loss) = (.preference, loss) }
        }
        + [
            OptionsCase("dora") { $0.usesMagnitudes = true },
            OptionsCase("qlora") { ($0.tuning.quantisation.bits, $0.tuning.quantisation.type) = (4, .normalFloat4) },
            OptionsCase("qlora, dora") { ($0.tuning.quantisation.bits, $0.usesMagnitudes) = (4, true) },
            OptionsCase("whole modules") { $0.tuning.additionalModules = ["embed_tokens", "lm_head"] },
            OptionsCase("whole modules, dpo") { ($0.tuning.additionalModules, $0.stage) = (["lm_head"], .preference) },
            OptionsCase("pissa") { $0.usesPrincipalComponents = true },
            OptionsCase("pissa, dora") { ($0.usesPrincipalComponents, $0.usesMagnitudes) = (true, true) },
            OptionsCase("pissa, dora, dropout, rslora") {
                ($0.usesPrincipalComponents, $0.usesMagnitudes, $0.dropout) = (true, true, 0.3)
                $0.usesRankStabilisedScaling = true
            },
            OptionsCase("dora, dropout, neftune") {
                ($0.usesMagnitudes, $0.dropout, $0.embeddingNoise) = (true, 0.3, 5)
            },
            OptionsCase("dropout") { $0.dropout = 0.3 }, OptionsCase("neftune") { $0.embeddingNoise = 5 },
            OptionsCase("full") { ($0.tuning.kind, $0.rank) = (.full, 8) },
            OptionsCase("full, muon") { ($0.tuning.kind, $0.rank, $0.optimiser) = (.full, 8, .muon) },
            OptionsCase("full, dpo") { ($0.tuning.kind, $0.rank, $0.stage) = (.full, 8, .preference) },
            OptionsCase("freeze") { ($0.tuning.kind, $0.rank, $0.tuning.layers) = (.freeze, 8, 1) },
        ]

    @Test(arguments: cases, [1, 4])
    func aStoppedTrainingGoesOnAsIfItHadNotStopped(c: OptionsCase, steps: Int) throws {
        var whole = try c.rehearsal()
        whole.options.loggingSteps = 3
        let summary = try whole.run()
        #expect(summary.loss.isFinite)
        var stopped = try Rehearsal()
        (stopped.options, stopped.rows) = (whole.options, whole.rows)
        _ = try stopped.training().run(onStep: { _ in }, shouldStop: Self.after(steps))
        try stopped.run(resumingFrom: "last")
        #expect(try stopped.bytes(whole.weightsFile) == whole.bytes(whole.weightsFile))
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

    /// Work is cut by shapes alone, and sums have a fixed order.
    @Test(arguments: cases)
    func threadsChangeNoByte(c: OptionsCase) throws {
        let bytes = try [1, 2, 4].map { threads in
            var rehearsal = try c.rehearsal()
            rehearsal.options.maximumSteps = 3
            rehearsal.threadCount = threads
            try rehearsal.run()
            return try rehearsal.bytes(rehearsal.weightsFile)
        }
        #expect(bytes[0] == bytes[1] && bytes[0] == bytes[2])
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
    func everyMethodMakesADifference(c: OptionsCase) throws {
        let plain = try Rehearsal()
        try plain.run()
        let other = try c.rehearsal()
        try other.run()
        let name = other.weightsFile
        #expect(try !plain.has(name) || plain.bytes(name) != other.bytes(name))
    }
}
