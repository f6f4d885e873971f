import Foundation
import Synchronization
import SystemPackage
import Testing

@testable import ContentStore

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

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}

/// A folder that goes when the value goes. A suite keeps one as a property: it lives as long as its test runs.
final class TemporaryFolder: Sendable {
    let path: FilePath

    init() throws {
        path = FilePath(FileManager.default.temporaryDirectory.path).appending("ds-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path.string) }

    /// Writes a file, and the folders above it.
    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> FilePath {
        let file = path.appending(name)
        try FileManager.default.createDirectory(
            atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file.string))
        return file
    }
}

/// A store in a folder of its own.
final class TemporaryStore: Sendable {
    let folder: TemporaryFolder
    let store: Store

    init() throws {
        folder = try TemporaryFolder()
        store = try Store.create(at: folder.path.appending(Store.folderName))
    }

    /// Opens the same store once more, as another process would.
    func reopened() throws -> Store { try Store(opening: store.root) }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func read(_ path: FilePath) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path.string))) }

/// Puts other bytes in a file's place, whatever its mode.
func overwrite(_ path: FilePath, with bytes: [UInt8]) throws {
    try FileManager.default.removeItem(atPath: path.string)
    try Data(bytes).write(to: URL(fileURLWithPath: path.string))
}

/// Changes one bit of a file.
func flipBit(_ bit: Int, of path: FilePath) throws {
    var content = try read(path)
    content[bit / 8] ^= 1 << UInt8(bit % 8)
    try overwrite(path, with: content)
}

/// What a body that is interrupted throws.
struct Interrupted: Error {}

extension Store {
    /// Every object and reference there is, and what is left in tmp, to tell whether anything changed.
    func contents() throws -> [String] {
        var lines = try objects.list().ids.map { "object \($0)" }
        for kind in ReferenceKind.allCases {
            lines += try references.all(kind).map { "\(kind) \($0.name) \($0.text)" }
        }
        return lines + (try FileSystem.list(temporaryFolder).map { "tmp \($0)" })
    }

    /// Lets a name stand for a dataset of these texts, a shard and a row each.
    @discardableResult
    func addDataset(
        _ name: String, _ texts: [String], recipe: Recipe = Recipe(operation: "add")
    ) throws -> ObjectID {
        try write { writer in
            let id = try writer.stage(try dataset(texts, in: writer, recipe: recipe))
            writer.set(.dataset, try ReferenceName(name), to: id)
            return id
        }
    }
}

/// A dataset whose shards are these texts, a row each.
func dataset(
    _ texts: [String], in writer: StoreWriter, recipe: Recipe = Recipe(operation: "add")
) throws -> Manifest {
    var shards: [DatasetManifest.Shard] = []
    for (row, text) in texts.enumerated() {
        shards.append(.init(object: try writer.stage(bytes(text)), firstRow: row, rows: 1))
    }
    let whole = bytes(texts.joined())
    return .dataset(
        DatasetManifest(
            source: .init(file: "rows.jsonl", sha1: try ObjectID.of(whole), bytes: whole.count), shards: shards,
            columns: [], attributes: ["layout": .string("lines")], recipe: recipe))
}

/// The object that bytes are.
func object(_ content: [UInt8]) throws -> StoredObject {
    StoredObject(id: try ObjectID.of(content), witness: Witness(of: content))
}

/// Collects what goes wrong in other threads.
final class Failures: Sendable {
    private let messages = Mutex<[String]>([])

    var all: [String] { messages.withLock { $0 } }

    func catching(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            messages.withLock { $0.append("\(error)") }
        }
    }
}
