import DatasetFormats
import Foundation
import SystemPackage

/// A file that rows are read from.
struct SourceFile {
    let path: FilePath
    /// What the store calls it: its name, or in a folder its path from there.
    let name: String
}

extension SourceFile {
    /// The files of rows in a folder and the folders in it, sorted by the bytes of their paths, and the files that are
    /// none. Hidden ones and links are left alone.
    ///
    /// - Throws: `DatasetRegistryError.emptyFolder`, `unreadableFolder`.
    static func files(
        in folder: FilePath
    ) throws(DatasetRegistryError) -> (rows: [SourceFile], others: [String]) {
        var rows: [SourceFile] = []
        var others: [String] = []
        var open = [""]
        while let inside = open.popLast() {
            let place = inside.isEmpty ? folder.string : "\(folder.string)/\(inside)"
            let names: [String]
            do {
                names = try FileManager.default.contentsOfDirectory(atPath: place)
            } catch {
                throw .unreadableFolder(path: FilePath(place), problem: "\(error)")
            }
            for name in names where !name.hasPrefix(".") {
                let path = inside.isEmpty ? name : "\(inside)/\(name)"
                let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder.string)/\(path)")
                switch attributes?[.type] as? FileAttributeType {
                case .typeDirectory?: open.append(path)
                case .typeRegular? where isRowFile(name):
                    rows.append(SourceFile(path: FilePath("\(folder.string)/\(path)"), name: path))
                default: others.append(path)
                }
            }
        }
        guard !rows.isEmpty else { throw .emptyFolder(path: folder) }
        return (
            rows.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) },
            others.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        )
    }

    private static func isRowFile(_ name: String) -> Bool {
        guard let packed = PackedWriter.Form.named(name) else { return DatasetFormat(endingOf: FilePath(name)) != nil }
        // A tar may be one of samples.
        return packed.form.container == .tar || DatasetFormat(endingOf: FilePath(packed.inner)) != nil
    }
}
