import Synchronization

/// Counts the memory that tensors and packed matrices would take, without taking it.
///
/// What is made in a context that plans has shapes and no numbers: writing is ignored, and nothing may be computed. So
/// the very code that makes a model says how much it would need.
public final class MemoryPlan: Sendable {
    private let total = Atomic<Int>(0)

    public init() {}

    /// Bytes asked for so far, those given back included.
    public var byteCount: Int { total.load(ordering: .relaxed) }

    func add(_ bytes: Int) { total.wrappingAdd(bytes, ordering: .relaxed) }
}
