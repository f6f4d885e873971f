import Foundation

/// A folder that is gone when the test is over, and the program in it.
final class Workplace {
    let folder: URL
    let program: Program

    /// - Parameter hasStore: whether a store is made in it.
    init(hasStore: Bool = true, environment: [String: String] = [:]) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("ds-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        program = Program(folder: folder, environment: environment)
        if hasStore { try program.run("init") }
    }

    deinit {
        // A folder that stays behind in the temporary folder hurts nobody.
        try? FileManager.default.removeItem(at: folder)
    }

    var objects: URL { folder.appendingPathComponent(".ds/objects") }

    func url(_ name: String) -> URL { folder.appendingPathComponent(name) }

    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> URL {
        let url = url(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        return url
    }

    @discardableResult
    func write(_ text: String, to name: String) throws -> URL { try write(Array(text.utf8), to: name) }

    /// Every file under a folder, by its path, with its bytes.
    static func files(in folder: URL) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
            let url = folder.appendingPathComponent(path)
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            files[path] = try Data(contentsOf: url)
        }
        return files
    }

    /// What a store holds that commands would show: objects and references.
    func contents() throws -> [String: Data] {
        try Self.files(in: url(".ds")).filter { $0.key.hasPrefix("objects/") || $0.key.hasPrefix("refs/") }
    }
}
