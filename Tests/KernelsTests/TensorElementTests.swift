import Testing

@testable import Kernels

@Suite struct TensorElementTests {
    /// What is put in place is what a whole tensor's conversion makes of it.
    @Test(arguments: contexts, [Tensor.Element.narrow, .wide])
    func elementsAreReadAndReplaced(context: ComputeContext, element: Tensor.Element) {
        var random = SeededGenerator(11)
        let values = random.values(15, in: -17...17)
        let expected = context.tensor(element, 3, 5, values).doubles()
        let tensor = Tensor(element, rows: 3, columns: 5, in: context)
        for row in (0..<3).reversed() {
            for column in 0..<5 {
                #expect(tensor[row, column] == 0)
                tensor[row, column] = values[5 * row + column]
            }
        }
        #expect(tensor.doubles() == expected && tensor[1, 2] == expected[7])
        #expect(tensor[rows: 1..<3][1, 4] == expected[14])
    }
}
