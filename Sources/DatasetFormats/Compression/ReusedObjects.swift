import Synchronization

/// Keeps what is costly to make for whoever needs it next: as many as were ever in use at once.
final class ReusedObjects<Object: AnyObject & Sendable>: Sendable {
    private let idle = Mutex<[Object]>([])

    /// One that nobody else has, or nil where one must be made.
    func take() -> Object? { idle.withLock { $0.popLast() } }

    func giveBack(_ object: Object) { idle.withLock { $0.append(object) } }
}
