import Kernels
import TestFolders
import Testing
import TinyModels

@testable import LanguageModels

/// A base that is rounded when it is read.
@Suite struct BaseRoundingTests {
    /// The tiny model with weights that no format holds exactly, and, where asked, linear layers rounded beforehand.
    struct Uneven: WeightSource {
        let base: TinyModel
        var rounding: BaseRounding?

        var configuration: ModelConfiguration { base.configuration }

        func read(_ name: WeightName, rows: Range<Int>, into values: UnsafeMutableBufferPointer<Float>) {
            base.read(name, rows: rows, into: values)
            let columns = name.shape(in: configuration).columns
            for index in values.indices {
                let place = rows.lowerBound * columns + index
                values[index] *= 1 + Float((place &* 7919) % 101) / 400
            }
            guard let rounding, case .linear = name else { return }
            for (index, value) in rounding.rounded(Array(values), columns: columns).enumerated() {
                values[index] = value
            }
        }

        func releasePages() {}
    }

    static let fitting: [BaseRounding] = [.normalFloat4, .q4Blocks, .q4OffsetBlocks, .q8Blocks]

    /// What is trained on is the rounded numbers and nothing else.
    @Test(arguments: fitting, [ComputePrecision.float64, .float32])
    func aRoundedBaseTrainsAsOneWhoseFileIsRounded(rounding: BaseRounding, precision: ComputePrecision) throws {
        let context = try ComputeContext(precision: precision, threadCount: 2)
        func outcome(_ source: Uneven, _ storage: WeightStorage) throws -> WeightStorageTests.Outcome {
            try WeightStorageTests.outcome(
                TransformerModel(source: source, trainable: true, storage: storage, in: context))
        }
        let plain = Uneven(base: try TinyModel())
        let kept = try outcome(plain, .rounded(rounding))
        let before = try outcome(Uneven(base: plain.base, rounding: rounding), .unpacked)
        #expect(abs(kept.loss - before.loss) < 1e-4 * before.loss)
        let size = before.gradients.map(abs).max() ?? 0
        #expect(zip(kept.gradients, before.gradients).allSatisfy { abs($0 - $1) < 1e-4 * size })
        #expect(abs(kept.loss - (try outcome(plain, .asStored)).loss) > 1e-4)
    }

    @Test func whatAFileHasInAsFewBitsStays() {
        let name = WeightName.linear(.query, layer: 0)
        func treatment(_ storage: WeightStorage, _ format: WeightFormat?) -> WeightStorage.Treatment {
            storage.treatment(of: name, stored: format)
        }
        #expect(treatment(.rounded(.normalFloat4), nil) == .rounded(.normalFloat4))
        #expect(treatment(.rounded(.normalFloat4), .q8_0) == .rounded(.normalFloat4))
        #expect(treatment(.rounded(.normalFloat4), .q4_K) == .blocks(.q4_K))
        #expect(treatment(.rounded(.q8Blocks), .q8_0) == .blocks(.q8_0))
        #expect(treatment(.rounded(.q8Blocks), .bfloat16) == .rounded(.q8Blocks))
        #expect(treatment(.asStored, .q5_0) == .blocks(.q5_0))
        #expect(treatment(.unpacked, .q5_0) == .plain)
        // The head and the embeddings are not rounded.
        #expect(WeightStorage.rounded(.q8Blocks).treatment(of: .outputHead, stored: nil) == .plain)
        #expect(WeightStorage.rounded(.normalFloat4).treatment(of: .outputHead, stored: .q8_0) == .blocks(.q8_0))
    }

    @Test func rowsThatBlocksDoNotDivideAreRefusedByName() throws {
        let context = try ComputeContext(precision: .float32, threadCount: 1)
        let error = #expect(throws: LanguageModelsError.self) {
            try TransformerModel(
                source: TinyModel(), trainable: true, storage: .rounded(.q4SuperBlocks), in: context)
        }
        #expect(
            error?.description == "model.layers.0.self_attn.q_proj.weight has rows of 32 values, which q4_k's blocks of"
                + " 256 do not divide; choose another --quantization-type")
        #expect(error?.isWrongUse == true)
    }

    @Test func roundedWeightsTakeLessMemory() throws {
        let context = try ComputeContext(precision: .float32, threadCount: 1)
        func bytes(_ storage: WeightStorage) throws -> Int {
            let plan = MemoryPlan()
            _ = try TransformerModel(
                source: TinyModel(), trainable: true, storage: storage, in: context.planning(plan))
            return plan.byteCount
        }
        let (plain, eight, four) = (
            try bytes(.asStored), try bytes(.rounded(.q8Blocks)), try bytes(.rounded(.normalFloat4))
        )
        #expect(four < eight && eight < plain)
    }
}
