import Kernels
import SystemPackage
import TinyModels

@testable import LanguageModels

/// What a model says after some tokens, computed with the numbers that were read: a few tokens by quantised blocks are
/// rounded otherwise.
func logits(_ source: some WeightSource, tokens: [Int32] = [5, 1, 60, 33, 2, 2, 17]) throws -> [Float] {
    let context = try ComputeContext(precision: .float32, threadCount: 1)
    let model = try TransformerModel(source: source, trainable: false, storage: .unpacked, in: context)
    return try TextGenerator(model: model, capacity: tokens.count).read(tokens)
}

extension WeightSource {
    /// Some rows of a weight.
    func rows(_ range: Range<Int>, of name: WeightName) -> [Float] {
        let columns = name.shape(in: configuration).columns
        var values = [Float](repeating: .nan, count: range.count * columns)
        values.withUnsafeMutableBufferPointer { read(name, rows: range, into: $0) }
        return values
    }
}
