import Testing

@testable import Kernels

@Suite struct MatrixProductTests {
    struct Shape: CustomTestStringConvertible {
        let rows: Int, depth: Int, columns: Int
        var testDescription: String { "[\(rows), \(depth)] x [\(depth), \(columns)]" }
    }
    static let shapes = [
        Shape(rows: 1, depth: 2, columns: 1), Shape(rows: 5, depth: 64, columns: 8),
        Shape(rows: 7, depth: 34, columns: 16),
        Shape(rows: 13, depth: 96, columns: 17), Shape(rows: 100, depth: 40, columns: 130),
        Shape(rows: 193, depth: 8, columns: 64), Shape(rows: 6, depth: 3200, columns: 70),
        Shape(rows: 12, depth: 64, columns: 40),
    ]

    static func naive(_ a: [Double], _ b: [Double], _ s: Shape) -> [Double] {
        var result = [Double](repeating: 0, count: s.rows * s.columns)
        for i in 0..<s.rows {
            for k in 0..<s.depth {
                for j in 0..<s.columns { result[i * s.columns + j] += a[i * s.depth + k] * b[k * s.columns + j] }
            }
        }
        return result
    }

    @Test(arguments: contexts, shapes)
    func productEqualsTheNaiveOne(context: ComputeContext, shape: Shape) {
        var random = SeededGenerator(UInt64(shape.rows * 31 + shape.columns))
        let left = context.tensor(.narrow, shape.rows, shape.depth, random.values(shape.rows * shape.depth))
        let right = context.tensor(.wide, shape.depth, shape.columns, random.values(shape.depth * shape.columns))
        let plain = right.doubles()
        let transposed = context.tensor(
            .wide, shape.columns, shape.depth,
            (0..<shape.columns * shape.depth).map {
                plain[$0 % shape.depth * shape.columns + $0 / shape.depth]
            })
        let expected = Self.naive(left.doubles(), right.doubles(), shape)
        let output = Tensor(.wide, rows: shape.rows, columns: shape.columns, in: context)
        context.multiply(left, by: context.packed(right), into: output)
        let tolerance = context.tolerance * Double(shape.depth).squareRoot()
        expectClose(output.doubles(), expected, tolerance)
        context.multiply(left, by: context.packed(transposed, transposed: true), into: output, mode: .accumulate)
        expectClose(output.doubles(), expected.map { 2 * $0 }, 2 * tolerance)
        let narrow = Tensor(.narrow, rows: shape.rows, columns: shape.columns, in: context)
        context.multiply(left, by: context.packed(right), into: narrow)
        expectClose(narrow.doubles(), expected, tolerance)
    }

    @Test(arguments: contexts, [1, 5, 8, 16, 17])
    func adapterShareIsAdded(context: ComputeContext, rank: Int) {
        var random = SeededGenerator(UInt64(rank))
        let rows = 20
        let depth = 48
        let columns = 70
        let padded = 32
        let left = context.tensor(.narrow, rows, depth, random.values(rows * depth))
        let right = context.tensor(.wide, depth, columns, random.values(depth * columns))
        let down = context.tensor(.wide, depth, rank, random.values(depth * rank))
        let up = context.tensor(.wide, rank, columns, random.values(rank * columns))
        let inner = Tensor(.narrow, rows: rows, columns: padded, in: context)
        context.multiply(left, by: context.packed(down), into: inner[rows: 0..<rows])
        let output = Tensor(.wide, rows: rows, columns: columns, in: context)
        context.multiply(left, by: context.packed(right), adding: (inner, context.packed(up)), into: output)
        let middle = Self.naive(left.doubles(), down.doubles(), Shape(rows: rows, depth: depth, columns: rank))
        let share = Self.naive(middle, up.doubles(), Shape(rows: rows, depth: rank, columns: columns))
        let base = Self.naive(left.doubles(), right.doubles(), Shape(rows: rows, depth: depth, columns: columns))
        expectClose(output.doubles(), zip(base, share).map { $0 + $1 }, context.tolerance * 20)
    }

    @Test(arguments: contexts)
    func frozenWeightWorksInBothDirections(context: ComputeContext) throws {
        var random = SeededGenerator(3)
        let outputs = 130
        let inputs = 66
        let rows = 9
        let values = context.tensor(.wide, outputs, inputs, random.values(outputs * inputs)).doubles().map { Float($0) }
        let weight = try FrozenWeight(outputs: outputs, inputs: inputs, needsBackward: true, in: context) { rows, to in
            for (index, value) in values[rows.lowerBound * inputs..<rows.upperBound * inputs].enumerated() {
                to[index] = value
            }
        }
        let x = context.tensor(.narrow, rows, inputs, random.values(rows * inputs))
        let y = Tensor(.wide, rows: rows, columns: outputs, in: context)
        context.multiply(x, by: weight.forward, into: y)
        let exact = values.map { Double($0) }
        let transposed = (0..<inputs * outputs).map { exact[$0 % outputs * inputs + $0 / outputs] }
        let forward = Shape(rows: rows, depth: inputs, columns: outputs)
        expectClose(y.doubles(), Self.naive(x.doubles(), transposed, forward), context.tolerance * 10)
        let g = context.tensor(.narrow, rows, outputs, random.values(rows * outputs))
        let back = Tensor(.wide, rows: rows, columns: inputs, in: context)
        let backward = try #require(weight.backward)
        context.multiply(g, by: backward, into: back)
        let shape = Shape(rows: rows, depth: outputs, columns: inputs)
        expectClose(back.doubles(), Self.naive(g.doubles(), exact, shape), context.tolerance * 12)
    }

    @Test(arguments: contexts)
    func readingErrorsAreThrown(context: ComputeContext) {
        struct Unreadable: Error, Equatable { let row: Int }
        #expect(throws: Unreadable(row: 64)) {
            _ = try FrozenWeight(outputs: 200, inputs: 4, needsBackward: false, in: context) { rows, _ in
                if rows.lowerBound >= 64 { throw Unreadable(row: rows.lowerBound) }
            }
        }
    }

    @Test(arguments: contexts, [1, 3, 8, 11])
    func outerProductsAreSummedOverTokens(context: ComputeContext, rank: Int) {
        var random = SeededGenerator(UInt64(rank))
        let tokens = 261
        let columns = 150
        let left = context.tensor(.narrow, tokens, 16, random.values(tokens * 16))
        let right = context.tensor(.narrow, tokens, columns, random.values(tokens * columns))
        let gradient = Tensor(.wide, rows: rank, columns: columns, in: context)
        context.addOuterProducts(left, right, scale: 0.5, to: gradient)
        context.addOuterProducts(left, right, scale: 0.5, to: gradient)
        let (a, b) = (left.doubles(), right.doubles())
        var expected = [Double](repeating: 0, count: rank * columns)
        for t in 0..<tokens {
            for i in 0..<rank {
                for j in 0..<columns { expected[i * columns + j] += a[t * 16 + i] * b[t * columns + j] }
            }
        }
        expectClose(gradient.doubles(), expected, max(context.precision == .float64 ? 1e-12 : 1e-4, 1e-12))
    }
}
