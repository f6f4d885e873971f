#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A piece of zeroed memory, aligned to a cache line, that frees itself.
///
/// Sharing is safe because whoever runs operations gives each task its own part to write.
final class TensorStorage: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let byteCount: Int
    /// Whether there is no memory behind it: nothing may be read, and what is written is to be ignored.
    let isPlanned: Bool
    private let source: Source

    private enum Source {
        case heap
        case slab(WeightSlab)
        case pages(byteCount: Int)
    }

    enum Use {
        case any
        /// Packed once and read for as long as there is a model.
        case weights
    }

    /// - Parameter plan: what counts the bytes instead of their being taken.
    init(byteCount: Int, for use: Use = .any, plan: MemoryPlan? = nil) {
        self.byteCount = byteCount
        isPlanned = plan != nil
        plan?.add(byteCount)
        // Room for one whole vector past the end, so that a kernel may read it.
        let capacity = ((isPlanned ? 0 : byteCount) + 127) / 64 * 64
        if use == .weights, !isPlanned, let (base, source) = Self.weights(capacity) {
            self.base = base
            self.source = source
            return
        }
        base = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 64)
        memset(base, 0, capacity)
        source = .heap
    }

    private static func weights(_ capacity: Int) -> (UnsafeMutableRawPointer, Source)? {
        if let (slab, base) = WeightSlab.Pool.shared.cut(capacity) { return (base, .slab(slab)) }
        let page = LargePages.smallPageSize
        let whole = (capacity + page - 1) / page * page
        return LargePages.take(whole).map { ($0, .pages(byteCount: whole)) }
    }

    deinit {
        switch source {
        case .heap: base.deallocate()
        case .slab: break
        case .pages(let count): LargePages.giveBack(base, count)
        }
    }
}
