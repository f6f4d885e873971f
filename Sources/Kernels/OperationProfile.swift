import Synchronization

/// How long each kind of operation took, and how much arithmetic it was.
///
/// A context that is given one adds to it; operations of a context run one after another, so their times add up to
/// the time spent computing.
public final class OperationProfile: Sendable {
    /// A kind of operation.
    public enum Operation: String, Sendable, Hashable, CaseIterable {
        case product = "products with base weights"
        case lowRankProduct = "products with adapter factors"
        case outerProduct = "gradients of adapter factors"
        case attention = "attention"
        case attentionBackward = "attention, backward"
        case norm = "norms"
        case rotation = "rotary embedding"
        case gatedUnit = "gated unit"
        case crossEntropy = "cross-entropy"
        case optimiser = "optimiser"
        case conversion = "copies and conversions"
    }

    public struct Entry: Sendable, Hashable {
        public var calls = 0
        public var seconds = 0.0
        /// Additions and multiplications.
        public var arithmetic = 0.0

        /// Thousand millions of additions and multiplications a second.
        public var gigaflops: Double { seconds > 0 ? arithmetic / seconds / 1e9 : 0 }
    }

    private let state = Mutex<[Operation: Entry]>([:])

    public init() {}

    public var entries: [Operation: Entry] { state.withLock { $0 } }

    fileprivate func add(_ operation: Operation, seconds: Double, arithmetic: Double) {
        state.withLock { entries in
            entries[operation, default: Entry()].calls += 1
            entries[operation, default: Entry()].seconds += seconds
            entries[operation, default: Entry()].arithmetic += arithmetic
        }
    }

    /// An operation under way.
    struct Span {
        fileprivate let profile: OperationProfile
        fileprivate let operation: Operation
        fileprivate let arithmetic: Double
        fileprivate let start: ContinuousClock.Instant

        func end() {
            let duration = ContinuousClock.now - start
            profile.add(operation, seconds: duration / .seconds(1), arithmetic: arithmetic)
        }
    }
}

extension ComputeContext {
    /// Begins an operation, where somebody wants to know.
    ///
    /// - Parameter arithmetic: additions and multiplications.
    func begin(_ operation: OperationProfile.Operation, arithmetic: @autoclosure () -> Int = 0) -> OperationProfile
        .Span?
    {
        profile.map { .init(profile: $0, operation: operation, arithmetic: Double(arithmetic()), start: .now) }
    }
}
