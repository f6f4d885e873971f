import ContentStore
import DatasetFormats
import DatasetRegistry
import Foundation
import Spelling
import SystemPackage

/// One file on its way into a store.
struct Addition {
    let path: FilePath
    let name: ReferenceName
    let options: DatasetImporter.Options

    init(path: FilePath, name: ReferenceName, options: DatasetImporter.Options) {
        self.path = path
        self.name = name
        self.options = options
    }

    /// - Parameter source: a file, a folder, a file inside a packed one, or else the name of a data set of the
    ///   registry.
    init(source: String, name: String?, options: DatasetImporter.Options) throws {
        if source == "-" {
            guard let name else { throw CommandError.standardInputNeedsName }
            try self.init(path: FilePath("/dev/stdin"), name: ReferenceName(name), options: options)
            return
        }
        let path = FilePath(source)
        let location = PackedLocation(path) { FileManager.default.fileExists(atPath: $0.string) && !Self.isFolder($0) }
        if FileManager.default.fileExists(atPath: source) || location.member != nil {
            if FileManager.default.fileExists(atPath: path.appending(DatasetInfoFile.fileName).string) {
                throw DatasetRegistryError.dataFolder(path: path)
            }
            try self.init(
                path: path, name: name.map { try ReferenceName($0) } ?? ReferenceName(sanitising: Self.stem(of: path)),
                options: options)
            return
        }
        let registry = try Self.registry()
        guard let entry = registry?.entry(named: source), case .local(let path) = entry.place else {
            let nearest = EditDistance.nearest(to: source, among: registry?.entries.map(\.name) ?? [])
            throw DatasetRegistryError.notFound(text: source, nearest: nearest)
        }
        try self.init(
            path: path, name: ReferenceName(name ?? entry.name), options: Self.options(options, with: entry))
    }

    private static func isFolder(_ path: FilePath) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path.string, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// A file's name without its endings, that of its compression too.
    private static func stem(of path: FilePath) -> String {
        let name = path.lastComponent?.string ?? path.string
        let inner = PackedWriter.Form.named(name)?.inner ?? name
        return FilePath(inner).lastComponent?.stem ?? inner
    }

    /// What an entry of dataset_info.json says, where the command line does not.
    static func options(
        _ options: DatasetImporter.Options, with entry: DatasetInfoFile.Entry
    ) -> DatasetImporter.Options {
        var options = options
        options.schema = options.schema ?? entry.schema
        options.expectedSHA1 = options.expectedSHA1 ?? entry.sha1
        options.otherKeys = entry.otherKeys
        return options
    }

    private static func registry() throws -> DatasetInfoFile? {
        let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = BuiltInRegistry.folder(
            environment: ProcessInfo.processInfo.environment, executable: executable.map { FilePath($0) })
        return try folder.map { try DatasetInfoFile(folder: $0) }
    }

    /// Adds all of them, or none.
    static func run(_ additions: [Addition], in store: Store) throws -> AddReport {
        Interruption.watch()
        for (index, addition) in additions.enumerated()
        where additions[..<index].contains(where: { $0.name == addition.name }) {
            throw CommandError.sameName(name: addition.name.text)
        }
        return try store.write { writer in
            var report = AddReport()
            for addition in additions { report.note(addition.name, in: store) }
            for addition in additions { report.added.append(try addition.add(with: writer)) }
            try Interruption.check()
            return report
        }
    }

    func add(with writer: StoreWriter) throws -> DatasetImporter.Added {
        let line = ProgressLine("adding \(name)")
        defer { line.clear() }
        let size = (try? FileManager.default.attributesOfItem(atPath: path.string)[.size] as? Int) ?? nil
        return try DatasetImporter(writer).add(path, as: name, options: options) { bytes, rows in
            try Interruption.check()
            line.update(done: bytes, total: size, details: "\(Format.count(rows, "row")), \(Format.bytes(bytes))")
        }
    }
}
