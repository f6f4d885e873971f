import Dispatch
import Synchronization
import Testing

@testable import DatasetFormats

@Suite struct SharedBytesTests {
    private func content(_ space: SharedBytes, _ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        space.withBytes(in: range) { bytes.append(copying: $0) }
        return bytes
    }

    private func hasRoom(_ count: Int, in space: SharedBytes) -> Bool {
        if space.room(for: count) == nil { false } else { true }
    }

    @Test func roomsHoldWhatIsPutIntoThem() throws {
        let space = try #require(SharedBytes(byteCount: 10))
        guard var first = space.room(for: 4), var second = space.room(for: 6) else {
            Issue.record("no room")
            return
        }
        let texts: [[UInt8]] = [[1], [2, 3, 4, 5], [], [6, 7, 8], [9, 10]]
        var ranges: [Range<Int>] = []
        for (index, text) in texts.enumerated() {
            ranges.append(
                index % 3 == 0 ? first.append(copying: text.span) : second.append(copying: text.span))
        }
        #expect(ranges == [0..<1, 4..<8, 8..<8, 1..<4, 8..<10])
        #expect(ranges.map { content(space, $0) } == texts)
        #expect(content(space, 0..<10) == [1, 6, 7, 8, 2, 3, 4, 5, 9, 10])
        for range in ranges { space.expect(range) }
    }

    @Test func thereIsNoMoreRoomThanMemoryUntilAllIsGivenBack() throws {
        let space = try #require(SharedBytes(byteCount: 100))
        #expect(hasRoom(60, in: space))
        #expect(!hasRoom(41, in: space))
        #expect(!hasRoom(1, in: space), "nothing after what there was no room for")
        space.removeAll()
        #expect(!hasRoom(101, in: space))
        space.removeAll()
        #expect(hasRoom(100, in: space))
        #expect(hasRoom(0, in: space))
    }

    @Test func manyThreadsFillItSideBySide() throws {
        let space = try #require(SharedBytes(byteCount: 1 << 20))
        let found = Mutex<[(UInt8, Range<Int>)]>([])
        DispatchQueue.concurrentPerform(iterations: 200) { number in
            let text = [UInt8](repeating: UInt8(number), count: 1000 + number)
            guard var room = space.room(for: 2 * text.count) else { return }
            for _ in 0..<2 {
                let range = room.append(copying: text.span)
                found.withLock { $0.append((UInt8(number), range)) }
            }
        }
        let all = found.withLock { $0 }
        #expect(all.count == 400)
        for (number, range) in all {
            #expect(content(space, range) == [UInt8](repeating: number, count: 1000 + Int(number)))
        }
        let sorted = all.map(\.1).sorted { $0.lowerBound < $1.lowerBound }
        #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound })
    }
}
