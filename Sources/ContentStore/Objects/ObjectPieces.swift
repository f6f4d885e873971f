import SystemPackage

/// The bytes under an object's name, to be read one piece after another. Nothing is compared.
struct ObjectPieces {
    private enum Content {
        case whole(OpenFile)
        case joined(JoinedObject)
    }

    private let content: Content
    private var offset = 0

    /// So little that what was read is still in the processor's cache when it is looked at.
    static let size = 1 << 16

    /// - Returns: nil where there are none.
    /// - Throws: of an object in parts what `JoinedObject` throws; what the system says.
    init?(of id: ObjectID, in objects: ObjectFolder) throws(ContentStoreError) {
        if let file = try OpenFile(ifThere: objects.path(of: id)) {
            content = .whole(file)
        } else if let joined = try JoinedObject(id, in: objects) {
            content = .joined(joined)
        } else if let file = try OpenFile(ifThere: objects.path(of: id)) {
            // A writer puts the whole in the place of the parts before these go.
            content = .whole(file)
        } else {
            return nil
        }
    }

    /// Reads the next piece: as much as there is room for, but for the last.
    ///
    /// - Returns: its length; 0 at the end.
    mutating func read(into buffer: inout [UInt8]) throws(ContentStoreError) -> Int {
        let outcome = buffer.withUnsafeMutableBytes { space in
            Result { () throws(ContentStoreError) -> Int in
                switch content {
                case .whole(let file): return try file.read(upTo: space, at: offset)
                case .joined(let joined):
                    let count = min(space.count, joined.byteCount - offset)
                    try joined.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: space[..<count]))
                    return count
                }
            }
        }
        let count = try outcome.get()
        offset += count
        return count
    }
}
