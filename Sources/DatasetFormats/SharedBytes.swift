import CSimdJSON
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A piece of memory that several threads fill side by side, each in a room of its own.
///
/// It comes from the system and goes back to it as a whole: a heap keeps much of what was freed.
public final class SharedBytes: @unchecked Sendable {
    // Sharing is safe: rooms do not overlap, and where in one something is nobody knows before it is there.
    private let base: UnsafeMutableRawPointer
    public let byteCount: Int
    private let taken = Atomic(0)

    /// - Returns: nil where the system has no such memory.
    public init?(byteCount: Int) {
        precondition(byteCount > 0)
        guard
            let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            memory != MAP_FAILED
        else { return nil }
        #if os(Linux)
            // Rows lie anywhere in it: with small pages the processor looks up every other one. It may be refused.
            _ = madvise(memory, byteCount, MADV_HUGEPAGE)
        #endif
        base = memory
        self.byteCount = byteCount
    }

    deinit { munmap(base, byteCount) }

    /// A part that one thread alone writes.
    public struct Room: ~Copyable {
        fileprivate let owner: SharedBytes
        fileprivate var rest: Range<Int>

        /// - Returns: where the bytes are now.
        public mutating func append(copying bytes: Span<UInt8>) -> Range<Int> {
            precondition(bytes.count <= rest.count, "a room is smaller than what comes into it")
            let range = rest.lowerBound..<rest.lowerBound + bytes.count
            bytes.withUnsafeBytes { source in
                if let start = source.baseAddress {
                    (owner.base + range.lowerBound).copyMemory(from: start, byteCount: source.count)
                }
            }
            rest = range.upperBound..<rest.upperBound
            return range
        }
    }

    /// - Returns: nil where there is no room for so many bytes, now or later.
    public func room(for count: Int) -> Room? {
        precondition(count >= 0)
        let end = taken.add(count, ordering: .relaxed).newValue
        guard end <= byteCount else { return nil }
        return Room(owner: self, rest: end - count..<end)
    }

    /// Lends what is in a part of a room.
    public func withBytes<Result, Failure>(
        in range: Range<Int>, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount)
        let bytes = UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count)
        return try body(bytes.bindMemory(to: UInt8.self).span)
    }

    /// Asks the processor for the beginning of what is lent soon and lies anywhere: it is at hand by then.
    public func expect(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount)
        csimdjson_expect(base + range.lowerBound, min(range.count, 512))
    }

    /// Makes all of it room again. Nobody may have any of it then.
    public func removeAll() { taken.store(0, ordering: .relaxed) }
}
