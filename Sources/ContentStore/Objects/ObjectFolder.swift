import SystemPackage

/// The folder `objects`: immutable bytes, each file named by its SHA-1, `ab/cdef…`.
public struct ObjectFolder: Sendable {
    let root: FilePath

    public func path(of id: ObjectID) -> FilePath {
        root.appending(String(id.hex.prefix(2))).appending(String(id.hex.dropFirst(2)))
    }

    /// The object's bytes, compared with its witness.
    ///
    /// - Throws: `missingObject`, `damagedObject`, or what the system says.
    public func read(_ object: StoredObject) throws(ContentStoreError) -> [UInt8] {
        let bytes = try readUnchecked(object.id)
        guard Witness(of: bytes) == object.witness else {
            throw .damagedObject(id: object.id, path: path(of: object.id))
        }
        return bytes
    }

    /// Whether there is a file under an object's name; what is in it is not looked at.
    public func has(_ object: StoredObject) -> Bool { FileSystem.exists(path(of: object.id)) }

    /// The object's file, to be read in pieces.
    ///
    /// - Throws: `missingObject`, or what the system says.
    public func open(_ object: StoredObject) throws(ContentStoreError) -> ObjectFile {
        try ObjectFile(object, at: path(of: object.id))
    }

    /// A small object's bytes, compared with its name.
    ///
    /// - Throws: as `read(_:)` for a stored object.
    public func read(_ id: ObjectID) throws(ContentStoreError) -> [UInt8] {
        let bytes = try readUnchecked(id)
        guard try ObjectID.of(bytes) == id else { throw .damagedObject(id: id, path: path(of: id)) }
        return bytes
    }

    func readUnchecked(_ id: ObjectID) throws(ContentStoreError) -> [UInt8] {
        guard let bytes = try FileSystem.readIfThere(path(of: id)) else {
            throw .missingObject(id: id, path: path(of: id))
        }
        return bytes
    }

    /// Compares a whole object with its witness, in bounded memory.
    ///
    /// - Throws: as `read(_:)`.
    public func check(_ object: StoredObject) throws(ContentStoreError) {
        guard let found = try identity(of: object.id), found.witness == object.witness else {
            throw FileSystem.exists(path(of: object.id))
                ? .damagedObject(id: object.id, path: path(of: object.id))
                : .missingObject(id: object.id, path: path(of: object.id))
        }
    }

    /// What the bytes under a name really are, or nil where there are none.
    func identity(
        of id: ObjectID, progress: (Int) -> Void = { _ in }
    ) throws(ContentStoreError) -> StoredObject? {
        guard FileSystem.exists(path(of: id)) else { return nil }
        let hasher = try ContentHasher()
        try FileSystem.read(path(of: id)) { piece throws(ContentStoreError) in
            hasher.update(piece)
            progress(piece.count)
        }
        return hasher.finish()
    }

    /// The witness of the bytes under a name, or nil where there are none.
    func witness(of id: ObjectID, progress: (Int) -> Void) throws(ContentStoreError) -> Witness? {
        guard FileSystem.exists(path(of: id)) else { return nil }
        let hasher = try WitnessHasher()
        try FileSystem.read(path(of: id)) { piece throws(ContentStoreError) in
            hasher.update(piece)
            progress(piece.count)
        }
        return hasher.finish()
    }

    /// Every object there is, sorted, and files that are no objects.
    func list() throws(ContentStoreError) -> (ids: [ObjectID], strangers: [FilePath]) {
        var ids: [ObjectID] = []
        var strangers: [FilePath] = []
        // Without the folder there is no object; what misses them is the references' to say.
        guard FileSystem.exists(root) else { return ([], []) }
        for folder in try FileSystem.list(root) {
            let path = root.appending(folder)
            guard FileSystem.isFolder(path) else {
                strangers.append(path)
                continue
            }
            for name in try FileSystem.list(path) {
                if let id = ObjectID(hex: folder + name), self.path(of: id) == path.appending(name) {
                    ids.append(id)
                } else {
                    strangers.append(path.appending(name))
                }
            }
        }
        return (ids.sorted(), strangers)
    }
}
