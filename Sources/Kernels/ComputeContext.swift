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
    /// Whether products of few rows by quantised factors round the rows: to sixteen bits, with a scale for each run.
    public let roundsFewRows: Bool
    /// The product of plain matrices, where the kernels have none of their own.
    let product: CBLASProduct?
    /// What is told how long operations take, if anything is.
    public let profile: OperationProfile?
    /// What counts memory instead of its being taken; nil where numbers are computed.
    let plan: MemoryPlan?
    private let pool: WorkerPool?
    private let scratch = Mutex<[WorkerScratch]>([])

    /// - Parameters:
    ///   - threadCount: at least 1.
    ///   - backend: the kernels to insist on, or nil for the best that the processor has.
    ///   - mayRound: whether products of few rows, as answers have them, may round to sixteen bits where that is faster.
    ///   - profile: what is told how long operations take.
    /// - Throws: `KernelsError.unsupported` where the processor lacks them, `noLinearAlgebra` where they need OpenBLAS
    ///   and it is not installed.
    public init(
        precision: ComputePrecision, threadCount: Int, backend: KernelBackend? = nil, mayRound: Bool = false,
        profile: OperationProfile? = nil
    ) throws(KernelsError) {
        precondition(threadCount > 0)
        self.kernels = try KernelBackend.table(for: precision, requested: backend)
        self.precision = precision
        self.threadCount = threadCount
        self.profile = profile
        roundsFewRows = mayRound && kernels.pointee.fewRowsRounded != nil
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
        roundsFewRows = other.roundsFewRows
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

    /// Rows a task takes where rows are independent and cheap.
    static let rowBlock = 64
}

extension ComputeContext {
    /// Lends scratch for each worker; it is kept from call to call.
    func borrowScratch(byteCount: Int, workers: Int) -> WorkerScratch {
        let lent = scratch.withLock { $0.popLast() } ?? WorkerScratch()
        lent.reserve(byteCount: byteCount, workers: workers)
        return lent
    }

    func giveBack(_ lent: WorkerScratch) { scratch.withLock { $0.append(lent) } }

    func runOverThreads(_ count: Int, _ work: WorkerTasks) {
        let workers = min(threadCount, count)
        // Where nothing is run, the threads are at work for another caller, or for the one whose task this is a part of.
        if workers > 1, let pool, pool.run(taskCount: count, helperCount: workers - 1, work) { return }
        for task in 0..<count { work.run(task, 0) }
    }
}
