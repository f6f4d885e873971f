import Testing

@testable import Kernels

@Suite struct TensorStorageTests {
    /// Sizes below, at and beyond a large page, and those that leave the end of a slab over.
    private static let sizes = [1, 64, 4096, 300_000, 1 << 20, (2 << 20) - 128, 2 << 20, 5_000_001, 900_000, 1_500_000]

    private static func bytes(_ storage: TensorStorage) -> UnsafeMutableBufferPointer<UInt8> {
        UnsafeMutableBufferPointer(
            start: storage.base.assumingMemoryBound(to: UInt8.self), count: storage.byteCount)
    }

    @Test func weightsAreZerosAndDoNotOverlap() {
        let storages = (0..<6).flatMap { _ in Self.sizes.map { TensorStorage(byteCount: $0, for: .weights) } }
        for (index, storage) in storages.enumerated() {
            #expect(Int(bitPattern: storage.base) % 64 == 0)
            let bytes = Self.bytes(storage)
            #expect(bytes.allSatisfy { $0 == 0 })
            // A kernel may read a vector more.
            #expect(storage.base.loadUnaligned(fromByteOffset: storage.byteCount, as: UInt64.self) == 0)
            bytes.update(repeating: UInt8(index + 1))
        }
        for (index, storage) in storages.enumerated() {
            #expect(Self.bytes(storage).allSatisfy { $0 == UInt8(index + 1) })
        }
    }

    @Test func whatIsFreedIsNoOtherStoragesMemory() {
        let kept = TensorStorage(byteCount: 100_000, for: .weights)
        Self.bytes(kept).update(repeating: 7)
        for size in Self.sizes { _ = TensorStorage(byteCount: size, for: .weights) }
        let next = TensorStorage(byteCount: 100_000, for: .weights)
        #expect(Self.bytes(next).allSatisfy { $0 == 0 })
        #expect(Self.bytes(kept).allSatisfy { $0 == 7 })
    }

    @Test func aSlabIsKeptByItsPartsAlone() throws {
        let pool = WeightSlab.Pool()
        weak var slab: WeightSlab?
        do {
            let parts = try (0..<3).map { _ in try #require(pool.cut(1 << 20)) }
            slab = parts[0].slab
            #expect(parts.allSatisfy { $0.slab === slab })
            #expect(parts[1].base == parts[0].base + (1 << 20))
        }
        #expect(slab == nil)
        // The pool goes on with another one.
        let part = try #require(pool.cut(100))
        #expect(part.base.loadUnaligned(as: UInt64.self) == 0)
    }

    @Test func aSlabThatIsFullIsFollowedByAnother() throws {
        let pool = WeightSlab.Pool()
        let parts = try (0..<17).map { _ in try #require(pool.cut(1 << 20)) }
        #expect(parts[15].slab === parts[0].slab && parts[16].slab !== parts[0].slab)
        #expect(pool.cut((2 << 20) + 1) == nil)
    }

    @Test func largeStoragesBeginAtALargePage() {
        let storage = TensorStorage(byteCount: 9 << 20, for: .weights)
        #expect(Int(bitPattern: storage.base) % LargePages.pageSize == 0)
    }
}
