import ArgumentParser
import CProcess
import ContentStore
import DatasetFormats
import DatasetRegistry
import Foundation
import SystemPackage

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a data set out: the file's own bytes, or its rows.",
        discussion: """
            Where OUT's ending is that of the file that was added, or none of a format, OUT is that file, byte for byte; \
            any other ending, or --as, asks for the rows in its format. The file is there when it is whole, or not at all.

            Examples:
                ds export identity_fofabot identity_fofabot.json
                ds export identity_fofabot rows.jsonl
                ds export identity_fofabot rows.parquet
                ds export identity_fofabot rows.parquet --compression-level 9
                ds export identity_fofabot rows.csv.gz
                ds export identity_fofabot shard-000.tar
                ds export identity_fofabot - | head -3
            """)

    @Argument(help: "The data set, or NAME@2 for its second version.") var dataset: String
    @Argument(help: "The file to write; - for standard output.") var path: String
    @Option(
        name: .customLong("as"),
        help: "original (the file's bytes), or a format for its rows; found from the ending where it is not given.")
    var form: ExportForm?
    @Option(help: "Which file, where a folder of several was added.") var file: String?
    @OptionGroup var compression: CompressionOptions
    @Flag(help: "Write over a file that is there.") var force = false
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let dataset = try store.open().dataset(dataset)
        let form = form ?? ExportForm.found(for: FilePath(path), file: file, of: dataset)
        switch form {
        case .original: try compression.refuse(for: "the file that was added")
        case .rows(let format): _ = try compression.conversion(to: format, source: dataset.name)
        }
        Interruption.watch()
        ds_keep_freed_memory()
        let byteCount: Int
        if path == "-" {
            try write(dataset, form) { Terminal.write($0, to: STDOUT_FILENO) }
            return
        }
        switch form {
        case .original:
            let staged = try StagedFile(for: FilePath(path), replacing: force)
            try write(dataset, form) { try staged.append($0) }
            byteCount = try staged.finish()
        case .rows(let format):
            var packed = try PackedOutput(FilePath(path), format: format, replacing: force)
            try write(dataset, form) {
                try packed.append($0)
            } startOver: {
                packed = try PackedOutput(FilePath(path), format: format, replacing: force)
            }
            byteCount = try packed.finish()
        }
        if output.json {
            Terminal.print([
                "path": .string(path), "rows": .int(dataset.rowCount), "bytes": .int(byteCount),
                "form": .string(form.name),
            ])
        } else {
            Terminal.print("wrote \(path): \(Format.count(dataset.rowCount, "row")), \(Format.bytes(byteCount))")
        }
    }

    /// - Parameter startOver: makes the sink forget what it took; nil where it cannot.
    private func write(
        _ dataset: StoredDataset, _ form: ExportForm, to sink: @escaping ([UInt8]) throws -> Void,
        startOver: (() throws -> Void)? = nil
    ) throws {
        let line = ProgressLine("writing \(path)")
        defer { line.clear() }
        let progress: (Int) throws -> Void = { rows in
            try Interruption.check()
            line.update(done: rows, total: dataset.rowCount, details: Format.count(rows, "row"))
        }
        let exporter = DatasetExporter(dataset)
        if let plain = form.plain {
            return try exporter.export(as: plain, file: file, to: sink, progress: progress)
        }
        guard case .rows(let format) = form else { return }
        // Columns are what all rows need, so that the rows may be read twice: from a file.
        let place = try TemporaryPlace()
        let rows = place.folder.appending("rows.jsonl")
        let staged = try StagedFile(for: rows, replacing: false)
        try exporter.export(as: .jsonl, to: { try staged.append($0) }, progress: progress)
        try staged.finish()
        try FormatConversion(rows, to: compression.conversion(to: format, source: dataset.name)).run(
            to: sink, startOver: startOver, progress: progress)
    }
}
