/// Reads the objects of a queue one after another, a piece at a time, and hashes them: by itself, or together with a
/// second lane, which takes hardly longer.
struct HashingLane {
    private struct Open {
        let item: HashingQueue.Item
        var pieces: ObjectPieces
        /// Nil where the SHA-1 is not asked for.
        let sha1: SHA1Hasher?
        let witness: WitnessHasher

        /// - Returns: nil where there are no bytes under the name.
        init?(_ item: HashingQueue.Item, in objects: ObjectFolder) throws(ContentStoreError) {
            guard let pieces = try ObjectPieces(of: item.id, in: objects) else { return nil }
            self.item = item
            self.pieces = pieces
            sha1 = item.isNamed ? try SHA1Hasher() : nil
            witness = try WitnessHasher()
        }

        func finish() -> HashingQueue.Finding {
            let witness = witness.finish()
            guard let sha1 else { return .witness(witness) }
            return .object(StoredObject(id: sha1.finish(), witness: witness))
        }
    }

    private let queue: HashingQueue
    private var open: Open?
    private var buffer = [UInt8](repeating: 0, count: ObjectPieces.size)
    /// Of the piece that was read last.
    private var count = 0

    init(_ queue: HashingQueue) { self.queue = queue }

    /// Reads the next piece: of the object that is open, or of the next one in the queue. What was found of an object
    /// that ends, or cannot be read, is recorded.
    ///
    /// - Returns: false where no object is left.
    mutating func read() -> Bool {
        while let item = open?.item ?? queue.take() {
            do throws(ContentStoreError) {
                if open == nil { open = try Open(item, in: queue.objects) }
                count = try open?.pieces.read(into: &buffer) ?? 0
                if count > 0 {
                    queue.count(count)
                    return true
                }
                queue.record(.success(open?.finish() ?? .nothing), of: item)
            } catch {
                queue.record(.failure(error), of: item)
            }
            open = nil
        }
        return false
    }

    /// Hashes the piece that was read last.
    func hash() {
        withPiece { piece in
            open?.sha1?.update(piece)
            open?.witness.update(piece)
        }
    }

    /// Hashes the pieces that two lanes read last.
    static func hash(_ first: HashingLane, _ second: HashingLane) {
        guard let firstSHA1 = first.open?.sha1, let secondSHA1 = second.open?.sha1 else {
            first.hash()
            second.hash()
            return
        }
        first.withPiece { firstPiece in
            second.withPiece { secondPiece in
                SHA1Hasher.update(firstSHA1, firstPiece, secondSHA1, secondPiece)
                first.open?.witness.update(firstPiece)
                second.open?.witness.update(secondPiece)
            }
        }
    }

    private func withPiece(_ body: (UnsafeRawBufferPointer) -> Void) {
        buffer.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
}
