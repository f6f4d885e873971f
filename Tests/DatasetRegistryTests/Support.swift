import DatasetFormats
import Foundation
import SystemPackage
import Testing

@testable import ContentStore
@testable import DatasetRegistry

/// A small generator with a seed, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    /// A text with letters of every length in UTF-8, and what JSON escapes.
    mutating func text(_ count: Int) -> String {
        let pool: [Character] = [
            "a", "b", "Z", "0", "_", " ", "\"", "\\", "\n", "/", "é", "我", "😀", "\u{2028}", "{", "}",
        ]
        return String((0..<count).map { _ in pool[below(pool.count)] })
    }
}

/// A store in a folder that goes when the value goes. A suite keeps one as a property: it lives as long as its test.
final class TemporaryStore: Sendable {
    let folder: FilePath
    let store: Store

    init() throws {
        folder = FilePath(FileManager.default.temporaryDirectory.path).appending("ds-tests-\(UUID().uuidString)")
        store = try Store.create(at: folder.appending(Store.folderName))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder.string) }

    /// Writes a file beside the store, and the folders above it.
    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> FilePath {
        let file = folder.appending(name)
        try FileManager.default.createDirectory(
            atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file.string))
        return file
    }

    @discardableResult
    func add(
        _ content: [UInt8], as name: String = "rows", options: DatasetImporter.Options = .init()
    ) throws -> DatasetImporter.Added {
        let path = try write(content, to: "rows.json")
        let name = try ReferenceName(name)
        return try store.write { try DatasetImporter($0).add(path, as: name, options: options) }
    }

    /// The current version of a dataset.
    func open(_ name: String = "rows") throws -> StoredDataset {
        let reference = try store.references.get(.dataset, try ReferenceName(name))
        return try StoredDataset(reference.current.manifest, name: name, in: store)
    }

    func export(_ name: String = "rows", as form: DatasetExporter.Form = .original) throws -> [UInt8] {
        var output: [UInt8] = []
        try DatasetExporter(try open(name)).export(as: form) { output += $0 }
        return output
    }

    @discardableResult
    func fork(
        _ values: [String: String], of parent: String = "rows", as name: String = "fork"
    ) throws -> DatasetForker.Forked {
        let lineage = try store.references.get(.dataset, try ReferenceName(parent))
        return try DatasetForker(store).fork(
            try open(parent), of: lineage, setting: try Placeholders(values), as: try ReferenceName(name))
    }

    /// Objects, names and staged files: everything that a write could leave.
    func contents() throws -> [String] {
        try store.objects.list().ids.map(\.hex) + (try store.references.names(.dataset).map(\.text))
            + (try FileSystem.list(store.temporaryFolder))
    }

    /// Changes one bit of an object's file.
    func damage(_ id: ObjectID) throws {
        let path = store.objects.path(of: id)
        var content = try read(path)
        content[content.count / 2] ^= 1
        try FileManager.default.removeItem(atPath: path.string)
        try Data(content).write(to: URL(fileURLWithPath: path.string))
    }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func read(_ path: FilePath) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path.string))) }

/// A file of rows, large enough for several shards.
func largeFile(_ seed: UInt64, rows: Int = 16_000, bytesOfRow: Int = 1000) -> [UInt8] {
    var generator = SeededGenerator(seed)
    var file = bytes("[")
    for row in 0..<rows {
        let filling = String(repeating: "x", count: generator.below(2 * bytesOfRow))
        file += bytes(
            "\(row == 0 ? "" : ",")\n  {\"row\": \(row), \"text\": \"I am \(row == 0 ? "NAME" : "here") \(filling)\"}")
    }
    return file + bytes("\n]\n")
}

/// The folder of the package.
let packageFolder = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()

/// The index's files: a cache that anybody may remove.
enum StoreIndexFile {
    static func remove(from store: Store) throws {
        for suffix in ["", "-wal", "-shm"] { try FileSystem.remove(FilePath(store.indexPath.string + suffix)) }
    }
}
