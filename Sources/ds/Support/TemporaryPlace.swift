import Foundation
import SystemPackage

/// A folder of a command's own in the system's folder for such, which goes when this does.
final class TemporaryPlace {
    let folder: FilePath

    /// - Throws: `CommandError.unwritable`.
    init() throws {
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("ds-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
        } catch {
            throw CommandError.unwritable(path: place.path, problem: "\(error)")
        }
        folder = FilePath(place.path)
    }

    deinit {
        // What is left behind in the system's temporary folder loses nothing.
        try? FileManager.default.removeItem(atPath: folder.string)
    }
}
