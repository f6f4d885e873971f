import LanguageModels
import Testing

@testable import Training

/// Computing blocks again instead of keeping them changes no byte.
@Suite struct RecomputationTests {
    static let cases: [OptionsCase] = [
        OptionsCase("sft") { _ in }, OptionsCase("packed") { $0.packing = true },
        OptionsCase("dropout and noise") { ($0.dropout, $0.embeddingNoise) = (0.3, 5) },
        OptionsCase("dpo") { $0.stage = .preference }, OptionsCase("kto") { $0.stage = .feedback },
        OptionsCase("rm") { $0.stage = .reward }, OptionsCase("dora") { $0.usesMagnitudes = true },
        OptionsCase("dora, dropout") { ($0.usesMagnitudes, $0.dropout) = (true, 0.3) },
        OptionsCase("pissa, dora, dropout") {
            ($0.usesPrincipalComponents, $0.usesMagnitudes, $0.dropout) = (true, true, 0.3)
        },
        OptionsCase("full") { ($0.tuning.kind, $0.rank) = (.full, 8) },
        OptionsCase("freeze") { ($0.tuning.kind, $0.rank, $0.tuning.layers) = (.freeze, 8, 1) },
    ]

    @Test(arguments: cases)
    func theBytesAreTheSame(c: OptionsCase) throws {
        let kept = try c.rehearsal()
        var again = try Rehearsal()
        (again.options, again.rows) = (kept.options, kept.rows)
        again.options.recomputation = .layers
        try kept.run()
        try again.run()
        #expect(try again.bytes(kept.weightsFile) == kept.bytes(kept.weightsFile))
    }

    /// It is no part of what a training is: one goes on with another's checkpoint.
    @Test func theRecipeDoesNotSayIt() {
        var options = TrainingOptions()
        options.recomputation = .layers
        #expect(options.recipe == TrainingOptions().recipe)
    }
}
