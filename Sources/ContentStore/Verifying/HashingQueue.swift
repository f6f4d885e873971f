import Synchronization

/// Objects to be hashed, and what was found of them. Threads take them two at a time.
final class HashingQueue: Sendable {
    /// What the bytes under a name are.
    enum Finding {
        case object(StoredObject)
        /// Where the SHA-1 was not asked for.
        case witness(Witness)
        case nothing
    }

    /// An object that was taken: where its name is in the queue, and whether its SHA-1 is asked for.
    struct Item {
        let index: Int
        let id: ObjectID
        let isNamed: Bool
    }

    let objects: ObjectFolder
    private let ids: [ObjectID]
    private let named: Set<ObjectID>
    private let progress: @Sendable (Int) -> Void
    private let taken = Atomic<Int>(0)
    private let done = Atomic<Int>(0)
    private let found = Mutex<[(index: Int, outcome: Result<Finding, ContentStoreError>)]>([])

    /// - Parameters:
    ///   - named: the objects whose SHA-1 is asked for; of the others the witness alone is.
    ///   - progress: told the bytes that were read so far, from any thread.
    init(
        _ ids: [ObjectID], in objects: ObjectFolder, named: Set<ObjectID>, progress: @escaping @Sendable (Int) -> Void
    ) {
        self.ids = ids
        self.objects = objects
        self.named = named
        self.progress = progress
    }

    /// Hashes objects until none is left: to be called on each of the threads.
    func work() {
        var first = HashingLane(self)
        var second = HashingLane(self)
        while true {
            switch (first.read(), second.read()) {
            case (true, true): HashingLane.hash(first, second)
            case (true, false): first.hash()
            case (false, true): second.hash()
            case (false, false): return
            }
        }
    }

    /// The next object; nil when all were taken.
    func take() -> Item? {
        let index = taken.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < ids.count else { return nil }
        return Item(index: index, id: ids[index], isNamed: named.contains(ids[index]))
    }

    /// Tells of bytes that were read.
    func count(_ bytes: Int) { progress(done.wrappingAdd(bytes, ordering: .relaxed).newValue) }

    /// Bytes that were read so far.
    var byteCount: Int { done.load(ordering: .relaxed) }

    func record(_ outcome: Result<Finding, ContentStoreError>, of item: Item) {
        found.withLock { $0.append((item.index, outcome)) }
    }

    /// What was found of each object, in their order.
    var outcomes: [Result<Finding, ContentStoreError>] {
        found.withLock { $0 }.sorted { $0.index < $1.index }.map(\.outcome)
    }
}
