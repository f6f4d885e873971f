/// What threads are given to do: a function that captures nothing, and where its operands are.
///
/// A closure that captures would be allocated at every call, because threads keep what they run; an operation of a
/// training step is called some thousand times a second. It is for the time of one call: the operands are on the caller's
/// stack.
struct WorkerTasks: @unchecked Sendable {
    /// Tasks write disjoint memory, and the caller returns only when all are done.
    let operands: UnsafeRawPointer
    let call: (_ operands: UnsafeRawPointer, _ task: Int, _ worker: Int) -> Void

    func run(_ task: Int, _ worker: Int) { call(operands, task, worker) }
}

extension ComputeContext {
    /// Runs `count` tasks over the threads. A task may write only what no other task touches.
    ///
    /// - Parameters:
    ///   - operands: all that the body needs.
    ///   - body: captures nothing.
    @inline(__always)
    func forEachTask<Operands>(
        _ count: Int, with operands: Operands,
        _ body: @escaping (_ task: Int, _ worker: Int, _ operands: Operands) -> Void
    ) {
        withUnsafePointer(to: TaskWork(operands: operands, body: body)) { pointer in
            let tasks = WorkerTasks(operands: UnsafeRawPointer(pointer)) { place, task, worker in
                let work = place.assumingMemoryBound(to: TaskWork<Operands>.self)
                work.pointee.body(task, worker, work.pointee.operands)
            }
            runOverThreads(count, tasks)
        }
    }

    /// Runs over `count` items in blocks of `block`, as `forEachTask`.
    @inline(__always)
    func forEachBlock<Operands>(
        of count: Int, by block: Int, with operands: Operands,
        _ body: @escaping (_ items: Range<Int>, _ operands: Operands) -> Void
    ) {
        let work = BlockWork(count: count, block: block, operands: operands, body: body)
        forEachTask((count + block - 1) / block, with: work) { task, _, work in
            work.body(task * work.block..<min(work.count, (task + 1) * work.block), work.operands)
        }
    }

    /// The same for a body that captures what it likes, where work is done once: a model is read, say.
    func forEachBlock(of count: Int, by block: Int, _ body: (Range<Int>) -> Void) {
        withoutActuallyEscaping(body) { body in
            forEachBlock(of: count, by: block, with: CapturingBody(run: body)) { items, body in body.run(items) }
        }
    }

    /// Runs independent work of callers over the threads. A body may change only what no other body touches.
    ///
    /// - Parameters:
    ///   - operands: all that the body needs.
    ///   - body: captures nothing, so that a call allocates nothing.
    @inlinable
    public func forEach<Operands>(
        _ count: Int, with operands: Operands, _ body: @escaping (_ index: Int, _ operands: Operands) -> Void
    ) {
        withUnsafePointer(to: IndexWork(operands: operands, body: body)) { pointer in
            runOverThreads(count, UnsafeRawPointer(pointer)) { place, index, _ in
                let work = place.assumingMemoryBound(to: IndexWork<Operands>.self)
                work.pointee.body(index, work.pointee.operands)
            }
        }
    }

    /// The same for a body that captures what it likes, where work is done once.
    public func forEach(_ count: Int, _ body: (Int) -> Void) {
        forEachBlock(of: count, by: 1) { body($0.lowerBound) }
    }

    @usableFromInline
    func runOverThreads(
        _ count: Int, _ operands: UnsafeRawPointer,
        _ call: @escaping (_ operands: UnsafeRawPointer, _ task: Int, _ worker: Int) -> Void
    ) {
        runOverThreads(count, WorkerTasks(operands: operands, call: call))
    }
}

// Structures, for a function in a tuple would be wrapped in one that is allocated.

private struct TaskWork<Operands> {
    let operands: Operands
    let body: (_ task: Int, _ worker: Int, _ operands: Operands) -> Void
}

private struct BlockWork<Operands> {
    let count: Int
    let block: Int
    let operands: Operands
    let body: (_ items: Range<Int>, _ operands: Operands) -> Void
}

private struct CapturingBody {
    let run: (Range<Int>) -> Void
}

@usableFromInline
struct IndexWork<Operands> {
    @usableFromInline let operands: Operands
    @usableFromInline let body: (_ index: Int, _ operands: Operands) -> Void

    @usableFromInline
    init(operands: Operands, body: @escaping (_ index: Int, _ operands: Operands) -> Void) {
        self.operands = operands
        self.body = body
    }
}
