import Spelling

/// A name, and every version it has stood for.
public struct Reference: Sendable, Hashable {
    public struct Version: Sendable, Hashable {
        /// Counted from 1; a number is never used again.
        public let number: Int
        public let manifest: ObjectID
        /// Seconds since 1970.
        public let time: Int
        /// Sorted. A tag is on one version of a name at a time.
        public internal(set) var tags: [VersionTag] = []
        /// Whether it was given up: what it was made of may be gone, and only its number stays.
        public internal(set) var isDropped = false
    }

    public let kind: ReferenceKind
    public let name: ReferenceName
    /// Oldest first, also those that were dropped; at least one was not.
    public let versions: [Version]
    public let current: Version

    /// - Returns: nil where every version is dropped: then it is no name any more.
    init?(kind: ReferenceKind, name: ReferenceName, versions: [Version]) {
        guard let current = versions.last(where: { !$0.isDropped }) else { return nil }
        self.kind = kind
        self.name = name
        self.versions = versions
        self.current = current
    }

    /// Versions that were not dropped, oldest first.
    public var keptVersions: [Version] { versions.filter { !$0.isDropped } }

    /// - Throws: `ContentStoreError.unknownVersion`, `unknownTag` or `droppedVersion`.
    public func version(_ selector: VersionSelector) throws(ContentStoreError) -> Version {
        switch selector {
        case .current: return current
        case .number(let number): return try version(number)
        case .tag(let tag):
            if let version = versions.first(where: { $0.tags.contains(tag) }) { return version }
            let near = EditDistance.nearest(to: tag.text, among: versions.flatMap { $0.tags.map(\.text) })
            throw .unknownTag(kind: kind, name: name.text, tag: tag.text, nearest: near)
        }
    }

    /// - Throws: `ContentStoreError.unknownVersion` or `droppedVersion`.
    public func version(_ number: Int) throws(ContentStoreError) -> Version {
        guard number >= 1, number <= versions.count else {
            throw .unknownVersion(kind: kind, name: name.text, version: number, count: versions.count)
        }
        guard !versions[number - 1].isDropped else {
            throw .droppedVersion(kind: kind, name: name.text, version: number)
        }
        return versions[number - 1]
    }
}
