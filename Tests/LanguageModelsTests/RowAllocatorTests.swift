import Testing

@testable import LanguageModels

@Suite struct RowAllocatorTests {
    @Test func runsAreApartAndComeTogetherAgain() {
        var allocator = RowAllocator(rowCount: 10)
        #expect([4, 3, 3].map { allocator.take($0) } == [0..<4, 4..<7, 7..<10])
        #expect(allocator.take(1) == nil)
        allocator.release(0..<4)
        allocator.release(7..<10)
        // Seven are free, but not after one another.
        #expect(allocator.take(5) == nil)
        #expect(allocator.take(2) == 0..<2)
        allocator.release(4..<7)
        #expect(allocator.free == [2..<10])
    }

    @Test func anyOrderOfGivingBackLeavesOneRun() {
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]] {
            var allocator = RowAllocator(rowCount: 12)
            let runs = (0..<4).compactMap { _ in allocator.take(3) }
            for index in order { allocator.release(runs[index]) }
            #expect(allocator.free == [0..<12])
        }
    }
}
