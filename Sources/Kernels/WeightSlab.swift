import Synchronization

/// Large pages that the storages of small weights are cut from; they go back to the system when the last of these is gone.
final class WeightSlab: @unchecked Sendable {
    // Cut only while its pool is locked; a storage's part is its own.
    private let base: UnsafeMutableRawPointer
    private var cutCount = 0

    private static let byteCount = 8 * LargePages.pageSize
    /// A storage beyond this has pages of its own, or the slab's end would often be left over.
    private static let largestPart = LargePages.pageSize

    private init?() {
        guard let base = LargePages.take(Self.byteCount) else { return nil }
        self.base = base
    }

    deinit { LargePages.giveBack(base, Self.byteCount) }

    private func cut(_ count: Int) -> UnsafeMutableRawPointer? {
        guard cutCount + count <= Self.byteCount else { return nil }
        defer { cutCount += count }
        return base + cutCount
    }

    /// Knows the slab that the next storage is cut from.
    final class Pool: Sendable {
        static let shared = Pool()

        private let current = Mutex(Current())

        private struct Current {
            /// Its storages keep it.
            weak var slab: WeightSlab?
        }

        /// - Returns: zeros, aligned to a cache line, for as long as the slab is kept; nil where they are to be had
        ///   elsewhere.
        func cut(_ byteCount: Int) -> (slab: WeightSlab, base: UnsafeMutableRawPointer)? {
            let rounded = (byteCount + 63) / 64 * 64
            guard rounded <= WeightSlab.largestPart else { return nil }
            return current.withLock { current in
                if let slab = current.slab, let base = slab.cut(rounded) { return (slab, base) }
                guard let slab = WeightSlab(), let base = slab.cut(rounded) else { return nil }
                current.slab = slab
                return (slab, base)
            }
        }
    }
}
