#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Memory of zeros from the system, in pages of 2 MiB where it has them: a token reads all of a model's weights, and with
/// pages of 4 KiB the processor looks one up every 64 cache lines.
enum LargePages {
    static let pageSize = 2 << 20
    /// What less than a large page has at the end.
    static let smallPageSize = 4096

    /// - Parameter byteCount: a whole number of small pages.
    /// - Returns: nil where the system has no such memory; aligned to a large page, and given back by `giveBack`.
    static func take(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        precondition(byteCount > 0 && byteCount % smallPageSize == 0)
        // With a page more, a whole page begins somewhere in the first; what is before and after it goes back.
        let mapped = byteCount + pageSize
        guard let start = mmap(nil, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0), start != MAP_FAILED
        else { return nil }
        let before = (pageSize - Int(bitPattern: start) % pageSize) % pageSize
        if before > 0 { munmap(start, before) }
        let base = start + before
        munmap(base + byteCount, mapped - before - byteCount)
        #if os(Linux)
            // It may be refused: small pages are as right. A large page that is only begun would be taken whole.
            _ = madvise(base, byteCount / pageSize * pageSize, MADV_HUGEPAGE)
        #endif
        return base
    }

    static func giveBack(_ base: UnsafeMutableRawPointer, _ byteCount: Int) { munmap(base, byteCount) }
}
