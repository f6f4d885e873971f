/// How much a packed or compressed file may grow.
public struct ArchiveLimits: Sendable, Hashable {
    /// Unpacked bytes for each packed one, once more than `freeBytes` have come out. Text that repeats itself packs
    /// to a few hundredths; what packs to a thousandth is made to fill a disk.
    public var maximumRatio: Int
    /// Unpacked bytes that are given without looking at the ratio.
    public var freeBytes: Int
    /// Unpacked bytes in all.
    public var maximumBytes: Int
    public var maximumMembers: Int

    public init(
        maximumRatio: Int = 1_000, freeBytes: Int = 16 << 20, maximumBytes: Int = 256 << 30,
        maximumMembers: Int = 1_000_000
    ) {
        self.maximumRatio = maximumRatio
        self.freeBytes = freeBytes
        self.maximumBytes = maximumBytes
        self.maximumMembers = maximumMembers
    }

    public static let standard = ArchiveLimits()
}
