import ArgumentParser
import CProcess
import ContentStore
import DatasetFormats
import DatasetRegistry
import Foundation
import SystemPackage

struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add files of rows, or a data set that ships with ds.",
        discussion: """
            JSON (an array, lines, or objects one after another), CSV and TSV, plain text, Arrow and Parquet, also \
            compressed (.gz, .zst, .xz, .bz2) or inside a .zip or .tar; and folders of them. The file's own bytes are \
            kept. A file that changed becomes a new version under its name, which takes the \
            space of the rows that are new.

            Examples:
                ds add identity                                  the registry's own set
                ds add my.jsonl --name mine --columns prompt=question,response=answer
                ds add data/identity.json --sha1 ffe3ecb58ab642da33fbb514d5e6188f1469ad40
                ds add table.csv data.zip/train.jsonl
                ds add wiki.txt --documents line                 texts for pretraining
                ds add --from LLaMA-Factory/data                 everything its dataset_info.json lists
            """)

    @Argument(
        help:
            "Files, folders, names of the registry's data sets, or - for standard input, JSON unless --file-format says else."
    ) var sources: [String] = []
    @Option(help: "A LLaMA-Factory data folder; sources then name some of its entries.") var from: String?
    @Option(help: "What to call it; else the file's name.") var name: String?
    @Option(help: "The SHA-1 that the file must have.") var sha1: String?
    @OptionGroup var schema: SchemaOptions
    @OptionGroup var sourceFormat: SourceFormatOptions
    @Flag(help: "Leave bad rows out, and report each.") var skipBadRows = false
    @Option(help: "The longest row, in bytes.") var maxRowBytes = JSONLimits.standard.maximumRowBytes
    @OptionGroup(title: "Packed files") var archives: ArchiveLimitOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard from != nil || !sources.isEmpty else { throw ValidationError("name a file, or a data set to add") }
        guard maxRowBytes > 0 else { throw ValidationError("--max-row-bytes must be more than 0") }
    }

    func run() throws {
        ds_keep_freed_memory()
        let store = try store.open()
        let report: AddReport
        if let from {
            report = try FolderAddition(
                folder: FilePath(from), names: sources, defaults: try options(), schemaIsGiven: schema.isGiven
            ).run(in: store)
        } else {
            let additions = try sources.map { try Addition(source: $0, name: name, options: try options()) }
            if additions.count > 1 {
                for (option, isGiven) in [("--name", name != nil), ("--sha1", sha1 != nil)] where isGiven {
                    throw CommandError.optionNeedsOneFile(option: option)
                }
            }
            report = try Addition.run(additions, in: store)
        }
        if output.json { Terminal.print(report.json) } else { report.print() }
        if !report.failures.isEmpty { throw ExitCode(ExitStatus.badInput.rawValue) }
    }

    private func options() throws -> DatasetImporter.Options {
        var options = DatasetImporter.Options()
        options.schema = try schema.schema()
        options.source = try sourceFormat.options()
        options.archiveLimits = archives.limits
        options.skipsBadRows = skipBadRows
        options.limits.maximumRowBytes = maxRowBytes
        if let sha1 {
            guard let id = ObjectID(hex: sha1) else {
                throw DatasetRegistryError.invalidSHA1(text: sha1, place: "--sha1")
            }
            options.expectedSHA1 = id
        }
        return options
    }
}
