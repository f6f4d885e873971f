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
    /// Where the file is a tar of samples, which is read as it stands.
    let samples: SampleArchive?
    private let place: TemporaryPlace?

    /// - Parameters:
    ///   - format: what somebody said that it is.
    ///   - check: what it throws ends the unpacking.
    /// - Throws: `DatasetFormatsError`, `CommandError.unwritable`.
    init(
        _ given: FilePath, asked format: DatasetFormat?, limits: ArchiveLimits, check: () throws -> Void
    ) throws {
        source = given.string
        let location = PackedLocation(given) { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path.string, isDirectory: &isFolder) && !isFolder.boolValue
        }
        let unpacker = Unpacker(location, limits: limits)
        guard try unpacker.form() != nil else {
            if let member = location.member {
                throw DatasetFormatsError.archive(.noMember(name: member, nearest: nil), path: location.file)
            }
            path = given
            name = given.lastComponent?.string ?? given.string
            samples = nil
            place = nil
            return
        }
        if let samples = try unpacker.samples(asked: format) {
            path = location.file
            name = location.file.lastComponent?.string ?? given.string
            self.samples = samples
            place = nil
            return
        }
        samples = nil
        let place = try TemporaryPlace()
        let unpacked = try unpacker.unpack(to: place.folder.appending("unpacked")) { _ in try check() }
        path = unpacked.path
        name = unpacked.name
        self.place = place
    }
}
