import Foundation
import SystemPackage

/// A folder of the store's where what a page asked for is made, until it is downloaded.
///
/// Models are large: only the newest few are kept, and none longer than the server runs.
struct ExportArea: Sendable {
    let folder: FilePath

    /// What is kept at once; one that is being made counts too.
    private static let limit = 3
    private static let unfinished = ".part"

    /// Takes away what an earlier server left.
    func clear() throws(WebServerError) {
        try? FileManager.default.removeItem(atPath: folder.string)
        do {
            try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        } catch {
            throw .unreadable(path: folder, .permissionDenied)
        }
    }

    /// A new, empty place; the oldest ones go where there are too many.
    ///
    /// - Returns: the id that a download names it by once it is finished, and its folder until then.
    func place() throws(WebServerError) -> (id: String, folder: FilePath) {
        let id = UUID().uuidString.lowercased()
        let place = folder.appending(id + Self.unfinished)
        do {
            try FileManager.default.createDirectory(atPath: place.string, withIntermediateDirectories: true)
        } catch {
            throw .unreadable(path: place, .permissionDenied)
        }
        let all = names(in: folder).map { ($0, changed(folder.appending($0))) }.sorted { $0.1 < $1.1 }
        for (name, _) in all.dropLast(Self.limit) where !name.hasSuffix(Self.unfinished) {
            try? FileManager.default.removeItem(atPath: folder.appending(name).string)
        }
        return (id, place)
    }

    /// Says that what is in a place is whole, or takes away what is not.
    func finish(_ id: String, isWhole: Bool) {
        let place = folder.appending(id + Self.unfinished).string
        if isWhole, (try? FileManager.default.moveItem(atPath: place, toPath: folder.appending(id).string)) != nil {
            return
        }
        try? FileManager.default.removeItem(atPath: place)
    }

    /// The one thing that was made in a place: a file, or a folder and the files in it.
    ///
    /// - Parameter id: as `place` gave it.
    /// - Throws: `WebServerError.notFound` for another id, or where nothing was made.
    func made(_ id: String) throws(WebServerError) -> (name: String, files: [(name: String, file: OpenFile)]) {
        // A UUID alone is a name of ours: no other text ever becomes a path.
        guard let known = UUID(uuidString: id)?.uuidString.lowercased(),
            let name = names(in: folder.appending(known)).first
        else { throw .notFound("export \(id); it may have made room for newer ones: make it again") }
        let path = folder.appending(known).appending(name)
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: path.string, isDirectory: &isFolder)
        guard isFolder.boolValue else { return (name, [(name, try OpenFile(path, .readOnly))]) }
        var files: [(name: String, file: OpenFile)] = []
        for file in names(in: path) { files.append((file, try OpenFile(path.appending(file), .readOnly))) }
        return (name, files)
    }

    private func names(in folder: FilePath) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []).sorted()
    }

    private func changed(_ path: FilePath) -> Date {
        (try? FileManager.default.attributesOfItem(atPath: path.string)[.modificationDate] as? Date) ?? .distantPast
    }
}
