import Testing

@testable import Kernels

@Suite struct RowLengthsTests {
    /// Against the rows of W + s B A, made one by one.
    @Test(arguments: contexts, [1, 5, 17])
    func lengthsAreThoseOfTheSum(context: ComputeContext, rank: Int) {
        var random = SeededGenerator(8)
        let (outputs, inputs, scale) = (300, 23, 1.5)
        let weight = random.values(outputs * inputs)
        let down = context.tensor(.wide, rank, inputs, random.values(rank * inputs))
        let up = context.tensor(.wide, rank, outputs, random.values(rank * outputs))
        let (a, b) = (down.doubles(), up.doubles())
        func row(_ index: Int) -> ArraySlice<Double> { weight[index * inputs..<(index + 1) * inputs] }
        let squares = context.tensor(
            .wide, 1, outputs, (0..<outputs).map { row($0).reduce(0) { $0 + $1 * $1 } })
        let cross = context.tensor(
            .wide, rank, outputs,
            (0..<rank * outputs).map { place in
                zip(a[place / outputs * inputs..<(place / outputs + 1) * inputs], row(place % outputs))
                    .reduce(0) { $0 + $1.0 * $1.1 }
            })
        let lengths = Tensor(.wide, rows: 1, columns: outputs, in: context)
        context.rowLengths(squares: squares, cross: cross, down: down, up: up, scale: scale, into: lengths)
        let expected = (0..<outputs).map { index in
            row(index).enumerated().reduce(0) { total, place in
                let added = (0..<rank).reduce(0) { $0 + b[$1 * outputs + index] * a[$1 * inputs + place.offset] }
                let value = place.element + scale * added
                return total + value * value
            }.squareRoot()
        }
        expectClose(lengths.doubles(), expected, 10 * context.tolerance)
    }

    @Test(arguments: contexts)
    func gainsAreQuotientsAndNothingWhereThereIsNoLength(context: ComputeContext) {
        let learnt = context.tensor(.wide, 1, 3, [3, 1, 2])
        let lengths = context.tensor(.wide, 1, 3, [2, 0, 4])
        let gains = context.tensor(.wide, 1, 3, [9, 9, 9])
        let changes = context.tensor(.wide, 1, 3, [9, 9, 9])
        context.rowGains(of: learnt, over: lengths, into: gains, changes: changes)
        #expect(gains.doubles() == [1.5, 0, 0.5])
        #expect(changes.doubles() == [0.5, -1, -0.5])
    }
}
