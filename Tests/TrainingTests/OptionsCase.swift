import LanguageModels
import Testing

@testable import Training

/// A way to train, as a change of the rehearsal's options.
struct OptionsCase: CustomTestStringConvertible {
    let testDescription: String
    private let change: @Sendable (inout TrainingOptions) -> Void

    init(_ name: String, _ change: @escaping @Sendable (inout TrainingOptions) -> Void) {
        testDescription = name
        self.change = change
    }

    /// A training of this kind, with rows that its stage learns from.
    func rehearsal() throws -> Rehearsal {
        var rehearsal = try Rehearsal()
        change(&rehearsal.options)
        rehearsal.rows = .rows(for: rehearsal.options.stage)
        return rehearsal
    }
}

extension Rehearsal {
    /// The file that has what was learnt.
    var weightsFile: String {
        options.tuning.kind == .lora ? LowRankAdapter.weightsFile : HuggingFaceFolder.weightsFile
    }
}
