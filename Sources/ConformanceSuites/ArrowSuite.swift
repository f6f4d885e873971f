import DatasetFormats
import SystemPackage

/// Reads files of Arrow's that other programs wrote, and compares their rows with what pyarrow finds in them.
public struct ArrowSuite: ConformanceSuite {
    private let files: RowFilesSuite

    /// - Throws: `ConformanceError` where the manifest is not what it should be.
    public init(folder: FilePath, surroundings: ConformanceSurroundings) throws {
        files = try RowFilesSuite(folder: folder)
    }

    public mutating func run() throws -> ConformanceReport {
        try files.run { path in try ArrowReader(path: path) }
    }
}
