import Testing

@testable import Kernels

@Suite struct SumsTests {
    @Test(arguments: contexts)
    func biasesAndBranchesAreAdded(context: ComputeContext) {
        var random = SeededGenerator(3)
        let (rows, columns) = (70, 21)
        let bias = context.tensor(.wide, 1, columns, random.values(columns))
        for element in [Tensor.Element.narrow, .wide] {
            let values = context.tensor(element, rows, columns, random.values(rows * columns))
            let expected = values.doubles().enumerated().map { $1 + bias.doubles()[$0 % columns] }
            context.add(bias: bias, to: values)
            expectClose(values.doubles(), expected, context.tolerance)
        }
        let sum = context.tensor(.wide, rows, columns, random.values(rows * columns))
        let branch = context.tensor(.narrow, rows, columns, random.values(rows * columns))
        let expected = zip(sum.doubles(), branch.doubles()).map { $0 + $1 }
        context.add(branch, to: sum)
        expectClose(sum.doubles(), expected, context.tolerance)
    }

    @Test(arguments: contexts)
    func joiningUndoesSplitting(context: ComputeContext) {
        let whole = context.tensor(.narrow, 70, 12, (0..<840).map { Double($0 % 128) })
        let parts = [5, 3, 4].map { Tensor(.narrow, rows: 70, columns: $0, in: context) }
        context.split(whole, into: parts)
        #expect(parts[1].doubles().prefix(6) == [5, 6, 7, 17, 18, 19])
        let joined = Tensor(.narrow, rows: 70, columns: 12, in: context)
        context.join(parts, into: joined)
        #expect(joined.doubles() == whole.doubles())
    }

    @Test(arguments: contexts)
    func columnsAreCopiedAndCleared(context: ComputeContext) {
        let whole = context.tensor(.narrow, 70, 6, (0..<420).map { Double($0 % 128) })
        let copy = Tensor(.narrow, rows: 70, columns: 8, in: context)
        context.copyColumns(2..<5, of: whole, into: copy)
        #expect(copy.doubles().prefix(16) == [0, 0, 2, 3, 4, 0, 0, 0, 0, 0, 8, 9, 10, 0, 0, 0])
        context.clearColumns(0..<3, of: whole)
        #expect(whole.doubles().prefix(12) == [0, 0, 0, 3, 4, 5, 0, 0, 0, 9, 10, 11])
    }
}
