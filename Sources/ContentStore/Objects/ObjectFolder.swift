import SystemPackage

/// The folder `objects`: immutable bytes, each file named by its SHA-1, `ab/cdef…`; or, of an object that is kept in
/// parts, `ab/cdef….parts`.
public struct ObjectFolder: Sendable {
    let root: FilePath

    /// How an object is kept.
    enum Form {
        case whole
        /// By a `PartsFile`.
        case inParts
    }

    /// Where an object is, if it is kept whole.
    public func path(of id: ObjectID) -> FilePath {
        root.appending(String(id.hex.prefix(2))).appending(String(id.hex.dropFirst(2)))
    }

    func partsPath(of id: ObjectID) -> FilePath {
        root.appending(String(id.hex.prefix(2))).appending(String(id.hex.dropFirst(2)) + PartsFile.suffix)
    }

    /// How the object is kept; nil where it is not there.
    func form(of id: ObjectID) -> Form? {
        if FileSystem.exists(path(of: id)) { return .whole }
        if FileSystem.exists(partsPath(of: id)) { return .inParts }
        // A writer puts the whole in the place of the parts before these go.
        return FileSystem.exists(path(of: id)) ? .whole : nil
    }

    /// The file that holds the object, or would hold it whole where there is none.
    func currentPath(of id: ObjectID) -> FilePath { form(of: id) == .inParts ? partsPath(of: id) : path(of: id) }

    private func missing(_ id: ObjectID) -> ContentStoreError { .missingObject(id: id, path: path(of: id)) }

    private func damaged(_ id: ObjectID) -> ContentStoreError { .damagedObject(id: id, path: currentPath(of: id)) }

    /// The object's bytes, compared with its witness.
    ///
    /// - Throws: `missingObject`, `damagedObject`, `malformedParts`, or what the system says. What is missing or damaged
    ///   may be an object that this one takes pieces of.
    public func read(_ object: StoredObject) throws(ContentStoreError) -> [UInt8] {
        let bytes = try readUnchecked(object.id)
        guard Witness(of: bytes) == object.witness else { throw damaged(object.id) }
        return bytes
    }

    /// Whether there is a file under an object's name; what is in it is not looked at.
    public func has(_ object: StoredObject) -> Bool { has(object.id) }

    func has(_ id: ObjectID) -> Bool { form(of: id) != nil }

    /// The object's file, to be read in pieces.
    ///
    /// - Throws: as `read(_:)` for a stored object; the object's own bytes are not looked at.
    public func open(_ object: StoredObject) throws(ContentStoreError) -> ObjectFile {
        if let file = try OpenFile(ifThere: path(of: object.id)) { return ObjectFile(object, whole: file) }
        if let file = try JoinedObject(object.id, in: self) { return ObjectFile(object, joined: file) }
        // As for `form(of:)`.
        if let file = try OpenFile(ifThere: path(of: object.id)) { return ObjectFile(object, whole: file) }
        throw missing(object.id)
    }

    /// A small object's bytes, compared with its name.
    ///
    /// - Throws: as `read(_:)` for a stored object.
    public func read(_ id: ObjectID) throws(ContentStoreError) -> [UInt8] {
        let bytes = try readUnchecked(id)
        guard try ObjectID.of(bytes) == id else { throw damaged(id) }
        return bytes
    }

    func readUnchecked(_ id: ObjectID) throws(ContentStoreError) -> [UInt8] {
        if let bytes = try FileSystem.readIfThere(path(of: id)) { return bytes }
        if let joined = try JoinedObject(id, in: self) { return try joined.bytes() }
        // As for `form(of:)`.
        if let bytes = try FileSystem.readIfThere(path(of: id)) { return bytes }
        throw missing(id)
    }

    /// Compares a whole object with its witness, in bounded memory.
    ///
    /// - Throws: as `read(_:)`.
    public func check(_ object: StoredObject) throws(ContentStoreError) {
        guard let found = try identity(of: object.id) else { throw missing(object.id) }
        guard found.witness == object.witness else { throw damaged(object.id) }
    }

    /// What the bytes under a name really are, or nil where there are none.
    ///
    /// - Throws: of an object in parts what `read(_:)` throws; what the system says.
    func identity(of id: ObjectID) throws(ContentStoreError) -> StoredObject? {
        guard var pieces = try ObjectPieces(of: id, in: self) else { return nil }
        let hasher = try ContentHasher()
        var buffer = [UInt8](repeating: 0, count: ObjectPieces.size)
        while true {
            let count = try pieces.read(into: &buffer)
            if count == 0 { return hasher.finish() }
            buffer.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }

    /// The objects that this one takes pieces of: none where it is whole, or not there.
    ///
    /// - Throws: `damagedObject` or `malformedParts` where its parts file does not say.
    func bases(of id: ObjectID) throws(ContentStoreError) -> [StoredObject] {
        guard form(of: id) == .inParts, let file = try OpenFile(ifThere: partsPath(of: id)) else { return [] }
        return try PartsFile(file, of: id).bases
    }

    /// Bytes on disk, or nil where the object is not there.
    func fileSize(of id: ObjectID) throws(ContentStoreError) -> Int? {
        guard form(of: id) != nil else { return nil }
        return try (FileSystem.sizeIfThere(path(of: id)) ?? 0) + (FileSystem.sizeIfThere(partsPath(of: id)) ?? 0)
    }

    /// Bytes of the object itself, as far as its file says; 0 where there is none that can be read.
    func byteCount(of id: ObjectID) throws(ContentStoreError) -> Int {
        if let size = try FileSystem.sizeIfThere(path(of: id)) { return size }
        do {
            guard let file = try OpenFile(ifThere: partsPath(of: id)) else { return 0 }
            return try PartsFile(file, of: id).byteCount
        } catch {
            guard error.isLostObject else { throw error }
            return 0
        }
    }

    /// Every object there is, and files that are no objects.
    func list() throws(ContentStoreError) -> ObjectListing {
        var listing = ObjectListing()
        // Without the folder there is no object; what misses them is the references' to say.
        guard FileSystem.exists(root) else { return listing }
        var whole: Set<ObjectID> = []
        for folder in try FileSystem.list(root) {
            let path = root.appending(folder)
            guard FileSystem.isFolder(path) else {
                listing.strangers.append(path)
                continue
            }
            for name in try FileSystem.list(path) {
                let isInParts = name.hasSuffix(PartsFile.suffix)
                let digits = folder + (isInParts ? String(name.dropLast(PartsFile.suffix.count)) : name)
                guard let id = ObjectID(hex: digits), id.hex == digits, folder.utf8.count == 2 else {
                    listing.strangers.append(path.appending(name))
                    continue
                }
                if isInParts { listing.inParts.insert(id) } else { whole.insert(id) }
            }
        }
        listing.superseded = listing.inParts.intersection(whole)
        listing.inParts.subtract(whole)
        listing.ids = whole.union(listing.inParts).sorted()
        return listing
    }
}
