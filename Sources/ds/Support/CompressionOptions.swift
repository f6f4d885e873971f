import ArgumentParser
import DatasetFormats

/// How the pages of Parquet and the buffers of Arrow are packed.
struct CompressionOptions: ParsableArguments {
    /// In the words of the command line.
    enum Packing: String, ExpressibleByArgument, CaseIterable {
        case none, snappy, gzip, zstd, lz4, brotli

        var compression: Compression {
            switch self {
            case .none: .none
            case .snappy: .snappy
            case .gzip: .gzip
            case .zstd: .zstd
            case .lz4: .lz4Frame
            case .brotli: .brotli
            }
        }
    }

    @Option(help: "parquet: zstd (as if not given), snappy, gzip, lz4, brotli, none. arrow: none, lz4, zstd.")
    var compression: Packing?
    @Option(
        help: ArgumentHelp(
            "How hard the compression tries; higher is smaller and slower: zstd 1 to 22, gzip 1 to 9. Not given, it is \(ParquetWriter.standardZstandardLevel) for zstd in Parquet, 1 for zstd in Arrow, 6 for gzip.",
            valueName: "level"))
    var compressionLevel: Int?

    /// A conversion that packs as asked for.
    ///
    /// - Throws: `DatasetFormatsError.noSuchLevel`; `ValidationError` where the format written has nothing to pack.
    func conversion(to format: DatasetFormat, source: String) throws -> RowConversion {
        guard format.isColumnar || (compression == nil && compressionLevel == nil) else {
            throw ValidationError(Self.onlyForColumns(format.rawValue))
        }
        var rows = RowConversion(to: format, source: source)
        rows.compression = compression?.compression
        rows.compressionLevel = compressionLevel
        try rows.checkCompressionLevel()
        return rows
    }

    /// - Throws: `ValidationError` where something was asked for, for a file that is copied has nothing to pack.
    func refuse(for form: String) throws {
        if compression != nil || compressionLevel != nil { throw ValidationError(Self.onlyForColumns(form)) }
    }

    private static func onlyForColumns(_ form: String) -> String {
        "--compression and --compression-level are for parquet and arrow, and this writes \(form); for a packed file"
            + " end its name in .gz, .zst, .xz, .bz2 or .zip"
    }
}
