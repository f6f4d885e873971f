import ContentStore
import Foundation
import Synchronization
import SystemPackage

extension FuzzTarget {
    /// The parts file of an object, beside whole objects that it may take pieces of. It is read as it is, and with a
    /// check that fits it, for without one hardly any input would be looked into.
    static func joinParts(_ bytes: [UInt8]) throws {
        let store = try PartsScratch.shared.get()
        do {
            try store.read(partsFile: withFittingCheck(bytes))
        } catch let error as ContentStoreError {
            // Nothing but such an error, or the object's bytes.
            _ = "\(error)"
        }
        try store.read(partsFile: bytes)
    }

    /// A parts file with the end that it must have, as docs/store.md says, in place of its own.
    static func withFittingCheck(_ bytes: [UInt8]) -> [UInt8] {
        let body = Array(bytes.dropLast(16))
        let digits = Array(Witness(of: body).xxh3)
        return body
            + stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0..<$0 + 2]), radix: 16) }
    }
}

/// A store with two whole objects, and one in parts of which only the file is missing.
private struct PartsScratch {
    // As tools/make-fuzz-corpus has them.
    private static let bases: [[UInt8]] = [Array(String(repeating: "base ", count: 200).utf8), Array(0...255)]
    private static let joined = bases[0] + Array("of its own".utf8) + bases[1]

    /// One for all inputs: the parts file is written over.
    static let shared = Result { try PartsScratch() }
    /// Whoever has it has the parts file.
    private static let lock = Mutex(())

    private let objects: ObjectFolder
    private let object: StoredObject

    private init() throws {
        let root = ScratchFile.folder.appending("store")
        let isThere = FileManager.default.fileExists(atPath: root.appending("format").string)
        objects = try (isThere ? Store(opening: root) : Store.create(at: root)).objects
        object = StoredObject(id: try ObjectID.of(Self.joined), witness: Witness(of: Self.joined))
        for base in Self.bases { try write(base, to: objects.path(of: ObjectID.of(base))) }
    }

    private func write(_ bytes: [UInt8], to path: FilePath) throws {
        try FileManager.default.createDirectory(
            atPath: path.removingLastComponent().string, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path.string))
    }

    func read(partsFile bytes: [UInt8]) throws {
        try Self.lock.withLock { _ in try readAlone(partsFile: bytes) }
    }

    private func readAlone(partsFile bytes: [UInt8]) throws {
        try write(bytes, to: FilePath(objects.path(of: object.id).string + ".parts"))
        let file = try objects.open(object)
        var piece: [UInt8] = []
        for range in [0..<1, 1005..<1266, 0..<1266] {
            // What is damaged further on need not be found before it is read.
            try? file.read(range, into: &piece)
        }
        let bytes = try objects.read(object)
        precondition(bytes == Self.joined, "a parts file was joined to other bytes than the object's")
    }
}
