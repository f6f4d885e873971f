import ArgumentParser
import ContentStore
import DatasetRegistry
import Foundation
import LanguageModels
import SystemPackage

extension DatasetExporter.Form: ExpressibleByArgument {}

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a data set out: the file's own bytes, or its rows.",
        discussion: """
            The file is there when it is whole, or not at all.

            Examples:
                ds export identity_fofabot identity_fofabot.json
                ds export identity_fofabot rows.jsonl --as jsonl
                ds export identity_fofabot - | head -3
            """)

    @Argument(help: "The data set, or NAME@2 for its second version.") var dataset: String
    @Argument(help: "The file to write; - for standard output.") var path: String
    @Option(name: .customLong("as"), help: "original (the file's bytes), json or jsonl (its rows).")
    var form = DatasetExporter.Form.original
    @Option(help: "Which file, where a folder of several was added.") var file: String?
    @Flag(help: "Write over a file that is there.") var force = false
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let dataset = try store.open().dataset(dataset)
        let exporter = DatasetExporter(dataset)
        if path == "-" {
            try exporter.export(as: form, file: file, to: { Terminal.write($0, to: STDOUT_FILENO) })
            return
        }
        let target = FilePath(path)
        Interruption.watch()
        let line = ProgressLine("writing \(path)")
        let staged = try StagedFile(for: target, replacing: force)
        try exporter.export(
            as: form, file: file, to: { try staged.append($0) },
            progress: { rows in
                try Interruption.check()
                line.update(done: rows, total: dataset.rowCount, details: Format.count(rows, "row"))
            })
        try staged.finish()
        line.clear()
        if output.json {
            Terminal.print([
                "path": .string(path), "rows": .int(dataset.rowCount), "bytes": .int(staged.byteCount),
                "form": .string(form.rawValue),
            ])
        } else {
            Terminal.print("wrote \(path): \(Format.count(dataset.rowCount, "row")), \(Format.bytes(staged.byteCount))")
        }
    }
}
