import LanguageModels
import Testing

@testable import Training

/// Computing blocks again instead of keeping them changes no byte.
@Suite struct RecomputationTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout TrainingOptions) -> Void

        init(_ name: String, _ change: @escaping @Sendable (inout TrainingOptions) -> Void) {
            testDescription = name
            self.change = change
        }
    }

    static let cases: [Case] = [
        Case("sft") { _ in }, Case("packed") { $0.packing = true },
        Case("dropout and noise") { ($0.dropout, $0.embeddingNoise) = (0.3, 5) },
        Case("dpo") { $0.stage = .preference }, Case("kto") { $0.stage = .feedback },
        Case("rm") { $0.stage = .reward }, Case("dora") { $0.usesMagnitudes = true },
        Case("full") { ($0.tuning.kind, $0.rank) = (.full, 8) },
        Case("freeze") { ($0.tuning.kind, $0.rank, $0.tuning.layers) = (.freeze, 8, 1) },
    ]

    @Test(arguments: cases)
    func theBytesAreTheSame(c: Case) throws {
        var kept = try Rehearsal()
        c.change(&kept.options)
        kept.rows = .rows(for: kept.options.stage)
        var again = try Rehearsal()
        (again.options, again.rows) = (kept.options, kept.rows)
        again.options.recomputation = .layers
        try kept.run()
        try again.run()
        let name = kept.options.tuning.kind == .lora ? LowRankAdapter.weightsFile : HuggingFaceFolder.weightsFile
        #expect(try again.bytes(name) == kept.bytes(name))
    }

    /// It is no part of what a training is: one goes on with another's checkpoint.
    @Test func theRecipeDoesNotSayIt() {
        var options = TrainingOptions()
        options.recomputation = .layers
        #expect(options.recipe == TrainingOptions().recipe)
    }
}
