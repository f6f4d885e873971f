import ArgumentParser
import CProcess
import DatasetFormats
import Foundation
import SystemPackage

extension DatasetFormat: ExpressibleByArgument {}

struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Write a file's rows in another format.",
        discussion: """
            JSON, JSON Lines, CSV, TSV, plain text, Arrow, Parquet and tars of samples as WebDataset has them. The input's format is told by its content, the \
            output's by its ending or --to. The file is there when it is whole, or not at all. docs/formats.md says \
            what becomes of each type.

            Examples:
                ds convert rows.jsonl rows.parquet
                ds convert train.parquet train.jsonl
                ds convert rows.jsonl rows.parquet --compression-level 9
                ds convert table.csv rows.jsonl.zst
                ds convert data.zip/train.jsonl train.parquet --row-group-size 10000
                ds convert cache.arrow - --to jsonl | head -3
                ds convert rows.jsonl shard-000.tar
            """)

    @Argument(help: "The file to read; a file inside an archive as archive.zip/data/train.jsonl.") var input: String
    @Argument(help: "The file to write, packed as its ending says (.gz, .zst, .xz, .bz2, .zip); - for standard output.")
    var path: String
    @Option(name: .customLong("to"), help: "The format to write, where the ending does not say it.")
    var format: DatasetFormat?
    @OptionGroup var compression: CompressionOptions
    @Option(help: "Rows of a row group of Parquet.") var rowGroupSize: Int?
    @OptionGroup var sourceFormat: SourceFormatOptions
    @OptionGroup(title: "Packed files") var archives: ArchiveLimitOptions
    @Flag(help: "Write over a file that is there.") var force = false
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let rowGroupSize, rowGroupSize < 1 { throw ValidationError("--row-group-size must be 1 or more") }
    }

    func run() throws {
        guard let format = format ?? PackedOutput.format(endingOf: FilePath(path)) else {
            throw ValidationError(
                "\(path): its ending says no format; name one with --to: "
                    + DatasetFormat.allCases.map(\.rawValue).joined(separator: ", "))
        }
        Interruption.watch()
        ds_keep_freed_memory()
        // Before anything is unpacked, which may take long.
        _ = try compression.conversion(to: format, source: input)
        let options = try sourceFormat.options()
        let input = try UnpackedInput(FilePath(input), asked: options.format, limits: archives.limits) {
            try Interruption.check()
        }
        var rows = try compression.conversion(to: format, source: input.source)
        if let rowGroupSize { rows.rowGroupSize = rowGroupSize }
        let inputFormat =
            try input.samples.map { _ in .webdataset } ?? options.format
            ?? DatasetFormat(of: input.path, named: input.name)
        let conversion = try FormatConversion(
            input.path, named: input.name, as: inputFormat, to: rows, reading: options.dialect(for: inputFormat),
            unit: options.textUnit, samples: input.samples)
        if path == "-" {
            try conversion.run(
                to: { Terminal.write($0, to: STDOUT_FILENO) }, progress: { _ in try Interruption.check() })
            return
        }
        let line = ProgressLine("writing \(path)")
        defer { line.clear() }
        var file = try PackedOutput(FilePath(path), format: format, replacing: force)
        let rowCount = try conversion.run(
            to: { try file.append($0) },
            startOver: { file = try PackedOutput(FilePath(path), format: format, replacing: force) },
            progress: { rows in
                try Interruption.check()
                line.update(done: rows, total: nil, details: Format.count(rows, "row"))
            })
        let byteCount = try file.finish()
        line.clear()
        if output.json {
            Terminal.print([
                "path": .string(path), "rows": .int(rowCount), "bytes": .int(byteCount),
                "format": .string(format.rawValue),
            ])
        } else {
            Terminal.print("wrote \(path): \(Format.count(rowCount, "row")), \(Format.bytes(byteCount))")
        }
    }
}
