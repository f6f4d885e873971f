/// What becomes of names when a write ends.
extension StoreWriter {
    struct Name: Hashable, Comparable {
        let kind: ReferenceKind
        let name: ReferenceName

        static func < (left: Name, right: Name) -> Bool {
            (left.kind.rawValue, left.name) < (right.kind.rawValue, right.name)
        }
    }

    /// What is to be done to the versions of a name.
    struct Change {
        let name: Name
        let edit: ([Reference.Version]) throws(ContentStoreError) -> [Reference.Version]
    }

    private func change(
        _ kind: ReferenceKind, _ name: ReferenceName,
        _ edit: @escaping ([Reference.Version]) throws(ContentStoreError) -> [Reference.Version]
    ) { changes.append(Change(name: Name(kind: kind, name: name), edit: edit)) }

    /// Lets a name stand for a manifest: a new version, unless it is the current one already.
    public func set(_ kind: ReferenceKind, _ name: ReferenceName, to manifest: ObjectID) {
        change(kind, name) { versions throws(ContentStoreError) in
            if versions.last(where: { !$0.isDropped })?.manifest == manifest { return versions }
            return versions + [.init(number: versions.count + 1, manifest: manifest, time: Int(LeaseRecord.now))]
        }
    }

    /// Removes a name with its versions; objects stay until they are collected.
    public func remove(_ kind: ReferenceKind, _ name: ReferenceName) {
        change(kind, name) { _ throws(ContentStoreError) in [] }
    }

    /// Gives a version up: its number stays taken, what it was made of goes with the next collection. A name without
    /// any other version goes.
    ///
    /// - Throws: at the end of the write, `ContentStoreError.taggedVersion` for one that has a tag.
    public func drop(_ kind: ReferenceKind, _ name: ReferenceName, version number: Int) {
        change(kind, name) { versions throws(ContentStoreError) in
            guard number >= 1, number <= versions.count else {
                throw .unknownVersion(kind: kind, name: name.text, version: number, count: versions.count)
            }
            if let tag = versions[number - 1].tags.first {
                throw .taggedVersion(kind: kind, name: name.text, version: number, tag: tag.text)
            }
            var versions = versions
            versions[number - 1].isDropped = true
            return versions
        }
    }

    /// Puts a tag on a version, and takes it off any other of that name.
    ///
    /// - Parameter number: nil to take the tag away.
    public func tag(_ kind: ReferenceKind, _ name: ReferenceName, version number: Int?, as tag: VersionTag) {
        change(kind, name) { versions throws(ContentStoreError) in
            versions.map { version in
                var version = version
                version.tags.removeAll { $0 == tag }
                if version.number == number { version.tags = (version.tags + [tag]).sorted() }
                return version
            }
        }
    }

    /// Lets a name stand for all that it stood for elsewhere.
    func adopt(_ reference: Reference) {
        change(reference.kind, reference.name) { _ throws(ContentStoreError) in reference.versions }
    }

    /// Gives a name with all its versions another name.
    ///
    /// - Throws: `ContentStoreError.unknownName`, or `nameExists` where the new name is taken.
    public func rename(_ kind: ReferenceKind, _ name: ReferenceName, to newName: ReferenceName)
        throws(ContentStoreError)
    {
        let versions = try store.references.get(kind, name).versions
        guard try store.references.find(kind, newName) == nil else { throw .nameExists(kind: kind, name: newName.text) }
        remove(kind, name)
        change(kind, newName) { _ throws(ContentStoreError) in versions }
    }

    /// What each changed name is to stand for, sorted; names that stay as they are are left out.
    func moves() throws(ContentStoreError) -> [NameMove] {
        var names: [Name: [Reference.Version]] = [:]
        for change in changes {
            let versions: [Reference.Version]
            if let earlier = names[change.name] {
                versions = earlier
            } else {
                versions = try currentVersions(change.name) ?? []
            }
            names[change.name] = try change.edit(versions)
        }
        var moves: [NameMove] = []
        for (name, versions) in names.sorted(by: { $0.key < $1.key }) {
            let reference = Reference(kind: name.kind, name: name.name, versions: versions)
            if reference?.versions == (try currentVersions(name)) { continue }
            if let reference { try checkKind(of: reference) }
            moves.append(NameMove(kind: name.kind, name: name.name, reference: reference))
        }
        return moves
    }

    /// What the store says now, or nil for a name that is not there. A name whose file is damaged begins anew: what it
    /// stood for before cannot be known. A folder in its place is nothing that a file can replace.
    private func currentVersions(_ name: Name) throws(ContentStoreError) -> [Reference.Version]? {
        do {
            return try store.references.find(name.kind, name.name)?.versions
        } catch {
            guard case .damagedReference(let path, _) = error, !FileSystem.isFolder(path),
                path != store.references.intentPath
            else { throw error }
            return []
        }
    }

    /// A name can only come to stand for a manifest of its kind.
    private func checkKind(of reference: Reference) throws(ContentStoreError) {
        let id = reference.current.manifest
        let bytes: [UInt8]
        if staged[id] != nil {
            bytes = try FileSystem.readIfThere(folder.appending(id.hex)) ?? []
        } else if (try currentVersions(Name(kind: reference.kind, name: reference.name)))?
            .contains(where: { $0.manifest == id && !$0.isDropped }) == true
        {
            // It stands for that already, and may go on even where that is damaged.
            return
        } else {
            bytes = try store.objects.read(id)
        }
        let kind = try Manifest(bytes: bytes, id: id).kind
        guard kind == reference.kind else {
            throw .malformedManifest(
                id: id, problem: "is a \(kind.rawValue)'s, which no \(reference.kind.rawValue) can stand for")
        }
    }
}
