import Testing

@testable import Kernels

@Suite struct ColumnScalingTests {
    @Test(arguments: contexts)
    func columnsAreScaled(context: ComputeContext) {
        var random = SeededGenerator(5)
        let (rows, columns) = (70, 21)
        let values = context.tensor(.narrow, rows, columns, random.values(rows * columns))
        let scales = context.tensor(.wide, 1, columns, random.values(columns))
        let expected = values.doubles().enumerated().map { $1 * scales.doubles()[$0 % columns] }
        context.scaleColumns(values, by: scales)
        expectClose(values.doubles(), expected, context.tolerance)
    }

    @Test(arguments: contexts)
    func scaledColumnsAreAddedOrPutElsewhere(context: ComputeContext) {
        var random = SeededGenerator(7)
        let (rows, columns) = (70, 21)
        let values = context.tensor(.narrow, rows, columns, random.values(rows * columns))
        let scales = context.tensor(.wide, 1, columns, random.values(columns))
        let (before, scaled) = (
            values.doubles(), values.doubles().enumerated().map { $1 * scales.doubles()[$0 % columns] }
        )
        for element in [Tensor.Element.narrow, .wide] {
            let sum = context.tensor(element, rows, columns, random.values(rows * columns))
            let expected = zip(sum.doubles(), scaled).map { $0 + $1 }
            context.addScaledColumns(values, by: scales, to: sum)
            expectClose(sum.doubles(), expected, 2 * context.tolerance)
        }
        let output = Tensor(.narrow, rows: rows, columns: columns, in: context)
        context.scaleColumns(values, by: scales, into: output)
        expectClose(output.doubles(), scaled, context.tolerance)
        #expect(values.doubles() == before)
    }

    @Test(arguments: contexts)
    func productsOfColumnsAreAdded(context: ComputeContext) {
        var random = SeededGenerator(6)
        let (rows, columns) = (50, 133)
        let left = context.tensor(.narrow, rows, columns, random.values(rows * columns))
        let right = context.tensor(.narrow, rows, columns, random.values(rows * columns))
        let divisors = context.tensor(.wide, 1, columns, (0..<columns).map { $0 == 7 ? 0 : Double($0 % 5) + 1 })
        let sums = context.tensor(.wide, 1, columns, random.values(columns))
        let (a, b, by) = (left.doubles(), right.doubles(), divisors.doubles())
        let expected = sums.doubles().enumerated().map { column, before in
            let total = (0..<rows).reduce(0) { $0 + a[$1 * columns + column] * b[$1 * columns + column] }
            return by[column] == 0 ? before : before + total / by[column]
        }
        context.addColumnProducts(left, right, dividedBy: divisors, to: sums)
        expectClose(sums.doubles(), expected, 10 * context.tolerance)
    }

    /// What is planned is counted, and what is written to it ignored.
    @Test func aPlanCountsAndTakesNothing() throws {
        let context = try ComputeContext(precision: .float32, threadCount: 1)
        let plan = MemoryPlan()
        let planning = context.planning(plan)
        #expect(planning.isPlanning && !context.isPlanning)
        let tensor = Tensor(.wide, rows: 1 << 20, columns: 1 << 20, in: planning)
        tensor.clear()
        #expect(plan.byteCount == 1 << 42)
        let small = Tensor(.wide, rows: 2, columns: 3, in: planning)
        small.assign([1, 2, 3, 4, 5, 6] as [Float])
        #expect(plan.byteCount == (1 << 42) + 24)
        let factor = PackedMatrix(depth: 1 << 16, columns: 1 << 16, in: planning)
        #expect(plan.byteCount >= (1 << 42) + 24 + (4 << 32) && factor.depth == 1 << 16)
    }
}
