import Kernels
import SystemPackage

/// A linear layer from the last hidden state to one number: what a reward model says of a text.
///
/// It is kept in `value_head.safetensors` under the names `v_head.summary.weight` and `.bias`, as LLaMA-Factory and
/// TRL do.
public final class ValueHead: TrainablePart {
    public static let file = "value_head.safetensors"
    private static let weightName = "v_head.summary.weight"
    private static let biasName = "v_head.summary.bias"

    /// `[1, hidden]` and `[1, 1]`.
    public let weight: Tensor
    public let bias: Tensor
    private let weightGradient: Tensor
    private let biasGradient: Tensor
    private let context: ComputeContext
    public let parameters: [TrainableParameter]

    /// A head of zeros.
    public init(hiddenSize: Int, in context: ComputeContext) {
        func row(_ columns: Int) -> Tensor { Tensor(.wide, rows: 1, columns: columns, in: context) }
        weight = row(hiddenSize)
        bias = row(1)
        weightGradient = row(hiddenSize)
        biasGradient = row(1)
        self.context = context
        parameters = [
            .init(name: Self.weightName, role: .weight, value: weight, gradient: weightGradient),
            .init(name: Self.biasName, role: .bias, value: bias, gradient: biasGradient),
        ]
    }

    /// Reads what `write` wrote.
    ///
    /// - Throws: `LanguageModelsError` where the file is missing or damaged, or the head is another model's.
    public convenience init(
        folder: FilePath, hiddenSize: Int, in context: ComputeContext
    ) throws(LanguageModelsError) {
        self.init(hiddenSize: hiddenSize, in: context)
        try read(from: folder)
    }

    /// Takes the values that `write` wrote.
    ///
    /// - Throws: as the initialiser.
    public func read(from folder: FilePath) throws(LanguageModelsError) {
        let file = try SafetensorsFile(path: folder.appending(Self.file))
        weight.assign(try file.values(of: Self.weightName, shape: [1, weight.columns]))
        bias.assign(try file.values(of: Self.biasName, shape: [1]))
    }

    /// Uniform in ±1/√hidden, as PyTorch's linear layers begin.
    public func initialise(seed: UInt64) {
        // Another stream than the adapter's, which begins at the seed itself.
        var random = SplitMix64(seed: seed ^ 0x7661_6C75_6568_6561)
        let bound = 1 / Double(weight.columns).squareRoot()
        weight.assign((0..<weight.columns).map { _ in (2 * random.nextUnit() - 1) * bound })
        bias.assign([(2 * random.nextUnit() - 1) * bound])
    }

    /// Nothing is packed: the products are too small.
    public func pack() {}

    public func gradientSquares() -> Double {
        context.sumOfSquares(weightGradient) + context.sumOfSquares(biasGradient)
    }

    /// Appends the value of each row of hidden states, narrow `[rows, hidden]`, after the final norm.
    func appendValues(of states: Tensor, to values: inout [Double]) {
        for row in 0..<states.rows {
            var value = bias[0, 0]
            for column in 0..<weight.columns { value += states[row, column] * weight[0, column] }
            values.append(value)
        }
    }

    /// Adds to the gradients those of Σ slopes · values, and makes the states' into `gradient`, wide `[rows, hidden]`.
    func backward(_ slopes: ArraySlice<Double>, states: Tensor, into gradient: Tensor) {
        for column in 0..<weight.columns {
            var own = weightGradient[0, column]
            for (row, slope) in slopes.enumerated() {
                own += slope * states[row, column]
                gradient[row, column] = slope * weight[0, column]
            }
            weightGradient[0, column] = own
        }
        biasGradient[0, 0] += slopes.reduce(0, +)
    }

    /// Writes the head into a folder that exists.
    ///
    /// - Throws: `LanguageModelsError.unreadable` with the system's error.
    public func write(to folder: FilePath) throws(LanguageModelsError) {
        let tensors = [
            SafetensorsWriter.Tensor(name: Self.weightName, shape: [1, weight.columns], values: weight.floats()),
            SafetensorsWriter.Tensor(name: Self.biasName, shape: [1], values: bias.floats()),
        ]
        try AtomicFile.write(SafetensorsWriter.bytes(tensors), to: folder.appending(Self.file))
    }
}
