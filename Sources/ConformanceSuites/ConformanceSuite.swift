import SystemPackage

/// A comparison of what we compute with what a reference program computed, which lies in a folder.
public protocol ConformanceSuite {
    /// - Throws: `ConformanceError` where the folder is not laid out as the suite's own under `shared/data`.
    mutating func run() throws -> ConformanceReport
}
