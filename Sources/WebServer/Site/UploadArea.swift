import Foundation
import Hummingbird
import NIOCore
import SystemPackage

/// A folder of the store's where files are while they come in.
struct UploadArea: Sendable {
    let folder: FilePath
    let limit: Int

    /// Takes away what is there: uploads whose server ended in the middle.
    func clear() throws(WebServerError) {
        try? FileManager.default.removeItem(atPath: folder.string)
        do {
            try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        } catch {
            throw .unreadable(path: folder, .permissionDenied)
        }
    }

    /// Streams a body into a file and lends it; whatever happens, nothing of it is left.
    ///
    /// - Parameter name: what the client calls it; only its last part is used, for the format that it names.
    /// - Throws: `WebServerError.tooLarge`, and whatever the connection or `body` throws.
    func withFile<Result>(
        named name: String, of request: Request, _ body: (FilePath) async throws -> Result
    ) async throws -> Result {
        let name = try Self.fileName(name)
        if let text = request.headers[.contentLength], let length = Int(text), length > limit {
            throw WebServerError.tooLarge(limit: limit)
        }
        let place = folder.appending(UUID().uuidString)
        try FileManager.default.createDirectory(atPath: place.string, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: place.string) }
        let path = place.appending(name)
        try await receive(request, into: path)
        return try await body(path)
    }

    private func receive(_ request: Request, into path: FilePath) async throws {
        let file = try OpenFile(path, .writeOnly, options: [.create, .exclusiveCreate])
        var size = 0
        for try await buffer in request.body {
            size += buffer.readableBytes
            guard size <= limit else { throw WebServerError.tooLarge(limit: limit) }
            try file.append(buffer.readableBytesView, path: path)
        }
        // A connection that broke off ends the body early.
        if let text = request.headers[.contentLength], let length = Int(text), length != size {
            throw WebServerError.badRequest("the upload broke off after \(size) of \(length) bytes")
        }
    }

    /// The last part of a name, made of characters that are the same in every file system.
    static func fileName(_ text: String) throws(WebServerError) -> String {
        let last = text.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        let safe = last.unicodeScalars.map { scalar -> Character in
            scalar.value > 0x20 && scalar.value != 0x7F && !"\"'`$*?<>|:;&".unicodeScalars.contains(scalar)
                ? Character(scalar) : "_"
        }
        let name = String(safe.drop { $0 == "." || $0 == "-" })
        guard !name.isEmpty, name.utf8.count <= 200 else {
            throw .badRequest("the file needs a name of at most 200 bytes")
        }
        return name
    }

    /// A path that a person typed, inside the folder whose files may be added.
    ///
    /// - Throws: `WebServerError.badRequest` for one that leads out of it, links followed.
    static func path(_ text: String, inside folder: FilePath) throws(WebServerError) -> FilePath {
        let root = URL(fileURLWithPath: folder.string).resolvingSymlinksInPath().standardizedFileURL.path
        let asked = text.hasPrefix("/") ? text : root + "/" + text
        let path = URL(fileURLWithPath: asked).standardizedFileURL.resolvingSymlinksInPath().path
        guard path == root || path.hasPrefix(root + "/") else {
            throw .badRequest("\(text) is outside of \(folder), the folder whose files may be added; see --files")
        }
        guard FileManager.default.fileExists(atPath: path) else { throw .notFound("file \(text)") }
        return FilePath(path)
    }
}
