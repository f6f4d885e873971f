import CBLAS
import CKernels
import Synchronization

/// Where operations run: the kernels for one precision, and a number of threads.
///
/// Operations are extensions of this type, one file each, forward and backward side by side. Work is cut into
/// tasks whose size depends on the shapes alone, and sums inside a task have a fixed order, so results are the
/// same bits with any number of threads. Threads sleep while they wait.
public final class ComputeContext: @unchecked Sendable {
    // The table is immutable and lives as long as the program; that is all that is shared.
    let kernels: UnsafePointer<ds_kernels>
    public let precision: ComputePrecision
    public let threadCount: Int
    /// The product of plain matrices, where the kernels have none of their own.
    let product: CBLASProduct?
    /// What is told how long operations take, if anything is.
    public let profile: OperationProfile?
    /// What counts memory instead of its being taken; nil where numbers are computed.
    let plan: MemoryPlan?
    private let pool: WorkerPool?
    private let scratch = Mutex<[TensorStorage]>([])

    /// - Parameters:
    ///   - threadCount: at least 1.
    ///   - backend: the kernels to insist on, or nil for the best that the processor has.
    ///   - profile: what is told how long operations take.
    /// - Throws: `KernelsError.unsupported` where the processor lacks them, `noLinearAlgebra` where they need OpenBLAS
    ///   and it is not installed.
    public init(
        precision: ComputePrecision, threadCount: Int, backend: KernelBackend? = nil,
        profile: OperationProfile? = nil
    ) throws(KernelsError) {
        precondition(threadCount > 0)
        self.kernels = try KernelBackend.table(for: precision, requested: backend)
        self.precision = precision
        self.threadCount = threadCount
        self.profile = profile
        plan = nil
        self.pool = threadCount > 1 ? WorkerPool(helperCount: threadCount - 1) : nil
        if kernels.pointee.hasPanels {
            product = nil
        } else {
            guard let product = CBLASLoadProduct() else { throw .noLinearAlgebra }
            self.product = product
        }
    }

    private init(_ other: ComputeContext, plan: MemoryPlan) {
        kernels = other.kernels
        precision = other.precision
        threadCount = other.threadCount
        product = other.product
        profile = nil
        pool = other.pool
        self.plan = plan
    }

    /// A context in which things have this one's shapes, and are only counted.
    public func planning(_ plan: MemoryPlan) -> ComputeContext { ComputeContext(self, plan: plan) }

    /// Whether memory is only counted.
    public var isPlanning: Bool { plan != nil }

    /// What the kernels call themselves, for logs.
    public var kernelName: String { String(cString: kernels.pointee.name) }

    /// Bytes of an element as stored, and as computed.
    public var narrowSize: Int { kernels.pointee.narrowSize }
    public var wideSize: Int { kernels.pointee.wideSize }

    /// Runs `count` tasks over the threads. A task may write only what no other task touches.
    func forEachTask(_ count: Int, _ body: (_ task: Int, _ worker: Int) -> Void) {
        let workers = min(threadCount, count)
        guard workers > 1, let pool else { return runAlone(count, body) }
        let isDone = withoutActuallyEscaping(body) { body in
            let shared = SharedBody(run: body)
            return pool.run(taskCount: count, helperCount: workers - 1) { shared.run($0, $1) }
        }
        // The threads are at work for another caller, or for the one whose task this is a part of.
        if !isDone { runAlone(count, body) }
    }

    private func runAlone(_ count: Int, _ body: (_ task: Int, _ worker: Int) -> Void) {
        for task in 0..<count { body(task, 0) }
    }

    /// Runs over `count` items in blocks of `block`.
    func forEachBlock(of count: Int, by block: Int, _ body: (Range<Int>) -> Void) {
        forEachTask((count + block - 1) / block) { task, _ in
            body(task * block..<min(count, (task + 1) * block))
        }
    }

    /// Lends one piece of scratch to each worker; pieces are kept from call to call.
    func withScratch<Result>(
        byteCount: Int, workers: Int, _ body: ([TensorStorage]) -> Result
    ) -> Result {
        let lent = scratch.withLock { free in
            (0..<workers).map { _ in
                guard let index = free.firstIndex(where: { $0.byteCount >= byteCount }) else {
                    // One that is too small is replaced, so that the pool does not grow with the longest row.
                    if !free.isEmpty { free.removeLast() }
                    return TensorStorage(byteCount: byteCount)
                }
                return free.remove(at: index)
            }
        }
        defer { scratch.withLock { $0 += lent } }
        return body(lent)
    }

    /// Rows a task takes where rows are independent and cheap.
    static let rowBlock = 64
}

/// Lets a body that is not `Sendable` run on several threads: its tasks write disjoint memory, and the call
/// returns only when all are done.
private struct SharedBody: @unchecked Sendable {
    let run: (_ task: Int, _ worker: Int) -> Void
}

extension ComputeContext {
    /// Runs independent work of callers over the threads. A body may change only what no other body touches.
    public func forEach(_ count: Int, _ body: (Int) -> Void) {
        forEachTask(count) { task, _ in body(task) }
    }
}
