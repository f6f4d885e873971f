import Foundation
import SystemPackage

/// A folder of a test's own, removed when the test is done with it.
public final class TemporaryFolder: Sendable {
    public let path: FilePath

    public init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("ds-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = FilePath(url.path)
    }

    deinit {
        // What is left behind in the system's temporary folder is not worth a failure.
        try? FileManager.default.removeItem(atPath: path.string)
    }

    /// Writes a file, over one that is there, and returns its path.
    @discardableResult
    public func write(_ bytes: [UInt8], _ name: String) throws -> FilePath {
        let file = path.appending(name)
        try Data(bytes).write(to: URL(fileURLWithPath: file.string))
        return file
    }

    @discardableResult
    public func write(_ text: String, _ name: String) throws -> FilePath { try write(Array(text.utf8), name) }

    public func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: path.appending(name).string)
    }
}

/// Makes an empty folder.
public func makeFolder(_ path: FilePath) throws {
    try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
}

/// The bytes of a file.
public func contents(_ path: FilePath) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path.string)))
}

/// The names in a folder, sorted.
public func names(in folder: FilePath) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.string).sorted()
}
