import DatasetFormats
import SystemPackage

/// Reads files of Parquet's that other programs wrote, and compares their rows with what pyarrow finds in them.
public struct ParquetSuite: ConformanceSuite {
    private let files: RowFilesSuite

    /// - Throws: `ConformanceError` where the manifest is not what it should be.
    public init(folder: FilePath, surroundings: ConformanceSurroundings) throws {
        files = try RowFilesSuite(folder: folder)
    }

    public mutating func run() throws -> ConformanceReport {
        try files.run { path in try ParquetReader(path: path) }
    }
}
