/// A name, and every version it has stood for.
public struct Reference: Sendable, Hashable {
    public struct Version: Sendable, Hashable {
        /// Counted from 1.
        public let number: Int
        public let manifest: ObjectID
        /// Seconds since 1970.
        public let time: Int
    }

    public let kind: ReferenceKind
    public let name: ReferenceName
    /// Oldest first; never empty.
    public let versions: [Version]

    init(kind: ReferenceKind, name: ReferenceName, versions: [Version]) {
        precondition(!versions.isEmpty)
        self.kind = kind
        self.name = name
        self.versions = versions
    }

    public var current: Version { versions[versions.count - 1] }

    /// - Throws: `ContentStoreError.unknownVersion`.
    public func version(_ number: Int) throws(ContentStoreError) -> Version {
        guard number >= 1, number <= versions.count else {
            throw .unknownVersion(kind: kind, name: name.text, version: number, count: versions.count)
        }
        return versions[number - 1]
    }

    /// The file's text: a line for each version, `ID TIME`, the current one first.
    var text: String { versions.reversed().map { "\($0.manifest) \($0.time)\n" }.joined() }

    /// - Returns: nil where the text is not one that `text` writes.
    init?(kind: ReferenceKind, name: ReferenceName, text: String) {
        guard text.hasSuffix("\n") else { return nil }
        var versions: [Version] = []
        for (index, line) in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).reversed()
            .enumerated()
        {
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 2, let id = ObjectID(hex: String(parts[0])), let time = Int(parts[1]) else {
                return nil
            }
            versions.append(Version(number: index + 1, manifest: id, time: time))
        }
        guard !versions.isEmpty else { return nil }
        self.init(kind: kind, name: name, versions: versions)
        // A number has other spellings, `+1` say, that nobody here writes.
        guard self.text == text else { return nil }
    }
}
