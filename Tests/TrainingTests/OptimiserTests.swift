import Kernels
import LanguageModels
import SystemPackage
import TestFolders
import Testing
import TinyModels

@testable import Training

@Suite struct OptimiserTests {
    let context: ComputeContext
    let folder: TemporaryFolder

    init() throws {
        context = try ComputeContext(precision: .float32, threadCount: 2)
        folder = try TemporaryFolder()
    }

    /// A wide matrix, a tall one larger than a block of eight-bit values, and a vector.
    func parameters(seed: UInt64 = 1) -> [TrainableParameter] {
        var random = SeededRandom(seed)
        let shapes: [(String, TrainableParameter.Role, Int, Int)] = [
            ("wide", .lowRankDown, 4, 30), ("tall", .weight, 50, 7), ("vector", .norm, 1, 20),
        ]
        return shapes.map { name, role, rows, columns in
            func tensor() -> Tensor { Tensor(.wide, rows: rows, columns: columns, in: context) }
            let parameter = TrainableParameter(name: name, role: role, value: tensor(), gradient: tensor())
            parameter.value.assign(random.values(rows * columns))
            return parameter
        }
    }

    func take(_ steps: ClosedRange<Int>, _ optimiser: any Optimiser, _ parameters: [TrainableParameter]) {
        for step in steps {
            var random = SeededRandom(UInt64(100 + step))
            for parameter in parameters { parameter.gradient.assign(random.values(parameter.gradient.count)) }
            optimiser.step(step, learningRate: 1e-2, gradientScale: 0.5)
        }
    }

    @Test(arguments: OptimiserKind.allCases)
    func aStateThatIsPutBackGoesOnAsBefore(kind: OptimiserKind) throws {
        let settings = OptimiserSettings(kind: kind, adamW: AdamW(weightDecay: 0.1))
        let whole = parameters()
        take(1...6, settings.make(whole, in: context), whole)
        let first = parameters()
        let optimiser = settings.make(first, in: context)
        take(1...3, optimiser, first)
        let path = try folder.write(SafetensorsWriter.bytes(optimiser.state()), "state.safetensors")
        let second = parameters(seed: 2)
        for (a, b) in zip(second, first) { a.value.assign(from: b.value) }
        let other = settings.make(second, in: context)
        try other.restore(try SafetensorsFile(path: path))
        take(4...6, other, second)
        for (a, b) in zip(second, whole) { #expect(a.value.floats() == b.value.floats(), "\(a.name)") }
        try folder.write(SafetensorsWriter.bytes([]), "empty.safetensors")
        let empty = try SafetensorsFile(path: folder.path.appending("empty.safetensors"))
        #expect(throws: LanguageModelsError.self) { try other.restore(empty) }
    }

    /// Eight bits a value are near enough to thirty-two.
    @Test func eightBitMomentsStayNear() {
        func values(_ kind: OptimiserKind) -> [Float] {
            let parameters = parameters()
            take(1...20, OptimiserSettings(kind: kind).make(parameters, in: context), parameters)
            return parameters.flatMap { $0.value.floats() }
        }
        let (exact, quantised) = (values(.adamW), values(.adamW8Bit))
        let difference = zip(exact, quantised).map { abs($0 - $1) }.max() ?? 1
        // Twenty steps of 0.01 move a value by up to 0.2.
        #expect(difference > 0 && difference < 0.02)
    }

    @Test func bLearnsFasterByLoRAPlus() {
        let tensors = (0..<4).map { _ in Tensor(.wide, rows: 2, columns: 3, in: context) }
        let pair = [
            TrainableParameter(name: "A", role: .lowRankDown, value: tensors[0], gradient: tensors[1]),
            TrainableParameter(name: "B", role: .lowRankUp, value: tensors[2], gradient: tensors[3]),
        ]
        for parameter in pair { parameter.gradient.assign([Double](repeating: 1, count: 6)) }
        let optimiser = OptimiserSettings(upRatio: 16).make(pair, in: context)
        optimiser.step(1, learningRate: 1e-3, gradientScale: 1)
        let (a, b) = (pair[0].value.doubles()[0], pair[1].value.doubles()[0])
        #expect(a < 0 && abs(b / a - 16) < 1e-3)
    }
}
