import DatasetFormats
import Foundation
import SystemPackage

/// A file to read: itself, or what is inside a packed one, unpacked into a file that goes when this does.
final class UnpackedInput {
    let path: FilePath
    /// What the file is called, for the ending of its name.
    let name: String
    /// What to call it in errors.
    let source: String
    private let folder: FilePath?

    /// - Parameter check: what it throws ends the unpacking.
    /// - Throws: `DatasetFormatsError`, `CommandError.unwritable`.
    init(_ given: FilePath, check: () throws -> Void) throws {
        source = given.string
        let location = PackedLocation(given) { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path.string, isDirectory: &isFolder) && !isFolder.boolValue
        }
        let unpacker = Unpacker(location)
        guard try unpacker.form() != nil else {
            if let member = location.member {
                throw DatasetFormatsError.archive(.noMember(name: member, nearest: nil), path: location.file)
            }
            path = given
            name = given.lastComponent?.string ?? given.string
            folder = nil
            return
        }
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("ds-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
        } catch {
            throw CommandError.unwritable(path: place.path, problem: "\(error)")
        }
        folder = FilePath(place.path)
        let target = FilePath(place.path).appending("unpacked")
        do {
            let unpacked = try unpacker.unpack(to: target) { _ in try check() }
            path = unpacked.path
            name = unpacked.name
        } catch {
            // The error is worth more than what is left in the system's folder for such.
            try? FileManager.default.removeItem(at: place)
            throw error
        }
    }

    deinit {
        // What is left behind in the system's temporary folder loses nothing.
        if let folder { try? FileManager.default.removeItem(atPath: folder.string) }
    }
}
