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

    /// - Parameter plan: what counts the bytes instead of their being taken.
    init(byteCount: Int, plan: MemoryPlan? = nil) {
        self.byteCount = byteCount
        isPlanned = plan != nil
        plan?.add(byteCount)
        // Room for one whole vector past the end, so that a kernel may read it.
        let capacity = ((isPlanned ? 0 : byteCount) + 127) / 64 * 64
        base = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 64)
        memset(base, 0, capacity)
    }

    deinit { base.deallocate() }
}
