import ArgumentParser
import ContentStore
import DatasetFormats
import DatasetRegistry
import Foundation
import SystemPackage

struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put back what is damaged or missing, from the file it came from or from another store.",
        discussion: """
            Nothing is put in place whose bytes are not proved to be the lost ones: by SHA-1, length and XXH3. ds verify \
            names what is damaged, and the command.

            Examples:
                ds restore identity --from data/identity.json
                ds restore identity@2 --from /backup/.ds
                ds restore 8b278ecaa490f01957819fcae5e20025716ec8c5 --from /backup/.ds
                ds restore models/smollm2 --from SmolLM2-135M-Instruct.Q4_1.gguf
            """)

    @Argument(help: "An object's SHA-1, or NAME, runs/NAME, models/NAME, each with @2 or @TAG for one version.")
    var target: String
    @Option(help: "A file, a folder of files, or another store's folder .ds.") var from: String
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try store.open()
        let restorer = Restorer(store, from: try source())
        var restored: [ObjectID] = []
        var missing: [ObjectID] = []
        var intact = 0
        func note(_ restoration: Restorer.Restoration) {
            restored += restoration.restored.filter { !restored.contains($0) }
            missing += restoration.notFound.filter { !missing.contains($0) }
            intact += restoration.intactCount
        }
        if let id = ObjectID(hex: target) {
            note(try restorer.restore(object: id))
        } else {
            let named = try KindedName(target)
            let reference: Reference
            do throws(ContentStoreError) {
                reference = try named.resolve(in: store)
            } catch {
                // The name itself is damaged: another store may know what it stood for.
                guard case .damagedReference = error, case .store = try source() else { throw error }
                note(try restorer.restore(name: named.name, of: named.kind))
                return try report(restored, missing, intact)
            }
            for version in try named.versions(of: reference) {
                try store.hold(version.manifest)
                let restoration = try restorer.restore(manifest: version.manifest)
                note(
                    restoration.notFound.isEmpty
                        ? restoration : try readingRows(version.manifest, restoration, restorer, store))
            }
        }
        try report(restored, missing, intact)
    }

    private func report(_ restored: [ObjectID], _ missing: [ObjectID], _ intact: Int) throws {
        if output.json {
            Terminal.print([
                "restored": .array(restored.map { .string($0.hex) }),
                "not_found": .array(missing.map { .string($0.hex) }), "intact": .int(intact),
            ])
        } else {
            for id in restored { Terminal.print("restored \(id)") }
            for id in missing { Terminal.note("\(from) does not have \(id)") }
            Terminal.print(
                "\(Format.count(restored.count, "object")) restored, \(Format.count(missing.count)) not found,"
                    + " \(Format.count(intact)) intact already")
        }
        if !missing.isEmpty { throw ExitCode(ExitStatus.no.rawValue) }
    }

    private func source() throws -> Restorer.Source {
        let path = FilePath(from)
        guard FileManager.default.fileExists(atPath: from) else { throw CommandError.noSuchFile(path: path) }
        guard ModelFiles.isFolder(path) else { return .file(path) }
        for folder in [path, path.appending(Store.folderName)]
        where FileManager.default.fileExists(atPath: folder.appending("format").string) {
            return .store(try Store(opening: folder))
        }
        return .folder(path)
    }

    /// A file whose bad rows were left out, or that rows were made from, is not what its shards joined are: its rows
    /// are read once more.
    private func readingRows(
        _ id: ObjectID, _ restoration: Restorer.Restoration, _ restorer: Restorer, _ store: Store
    ) throws -> Restorer.Restoration {
        guard case .file(let path) = try source(), case .dataset(let manifest) = try store.manifest(id),
            manifest.attributes["skipped_rows"] != nil || manifest.original != nil,
            manifest.recipe.parameters["sha1"]?.stringValue == (try ObjectID.ofFile(at: path)).hex
        else { return restoration }
        var options = DatasetImporter.Options()
        options.skipsBadRows = true
        options.source = SourceOptions(recipe: manifest.recipe)
        try store.write { try DatasetImporter($0).restage(path, options: options) }
        return restoration.after(try restorer.restore(manifest: id))
    }
}
