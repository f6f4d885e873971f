import SystemPackage

/// A file, or a file inside a packed one: `data.zip/en/train.jsonl`.
public struct PackedLocation: Sendable, Hashable, CustomStringConvertible {
    /// The file on disk.
    public let file: FilePath
    /// The path inside it, where one is named.
    public let member: String?

    public init(file: FilePath, member: String? = nil) {
        self.file = file
        self.member = member
    }

    /// Finds where the file on disk ends and the path inside it begins: at the first component that is a file.
    ///
    /// - Parameter isFile: whether a path is a file on disk, rather than a folder or nothing.
    public init(_ path: FilePath, isFile: (FilePath) -> Bool) {
        var file = path
        var inside: [String] = []
        while !isFile(file), let last = file.lastComponent, file.removeLastComponent(), !file.isEmpty {
            inside.insert(last.string, at: 0)
        }
        guard !file.isEmpty, file.lastComponent != nil, !inside.isEmpty, isFile(file) else {
            self.init(file: path)
            return
        }
        self.init(file: file, member: inside.joined(separator: "/"))
    }

    public var description: String { member.map { "\(file)/\($0)" } ?? file.string }
}
