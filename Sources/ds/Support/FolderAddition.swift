import ContentStore
import DatasetFormats
import DatasetRegistry
import Foundation
import Spelling
import SystemPackage

/// A LLaMA-Factory data folder on its way into a store: each entry by itself, so that one bad file does not keep the
/// others out.
struct FolderAddition {
    let folder: FilePath
    /// Only these entries; all where it is empty.
    let names: [String]
    let defaults: DatasetImporter.Options
    let schemaIsGiven: Bool

    func run(in store: Store) throws -> AddReport {
        Interruption.watch()
        guard FileManager.default.fileExists(atPath: folder.appending(DatasetInfoFile.fileName).string) else {
            throw CommandError.notAFolder(path: folder)
        }
        let info = try DatasetInfoFile(folder: folder)
        for name in names where info.entry(named: name) == nil {
            throw DatasetRegistryError.notFound(
                text: name, nearest: EditDistance.nearest(to: name, among: info.entries.map(\.name)))
        }
        return try store.write { writer in
            var report = AddReport()
            report.isFolder = true
            for entry in info.entries where names.isEmpty || names.contains(entry.name) {
                try Interruption.check()
                try add(entry, with: writer, in: store, to: &report)
            }
            return report
        }
    }

    private func add(
        _ entry: DatasetInfoFile.Entry, with writer: StoreWriter, in store: Store, to report: inout AddReport
    ) throws {
        switch entry.place {
        case .remote(let key, let value):
            report.skipped.append((entry.name, "is elsewhere: \(key) \(value)"))
        case .local(let path):
            guard FileManager.default.fileExists(atPath: path.string) else {
                report.failures.append((entry.name, "its file is not there: \(path)"))
                return
            }
            do {
                let addition = Addition(
                    path: path, name: try ReferenceName(entry.name), options: Addition.options(defaults, with: entry))
                report.note(addition.name, in: store)
                report.added.append(try writer.attempt { try addition.add(with: writer) })
            } catch let error as any ClassifiedError where !error.isMachineFailure {
                report.failures.append((entry.name, "\(error)"))
            }
        }
    }
}
