import ArgumentParser
import Foundation
import Kernels

/// How much of the machine a command uses.
struct ComputeOptions: ParsableArguments {
    @Option(help: "Threads; the result is the same with any number. (one for each processor)") var threads: Int?

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads is 1 or more") }
    }

    var threadCount: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

    /// - Parameter usesBFloat16: nil for the fastest precision that the processor has.
    func context(usesBFloat16: Bool?) throws -> ComputeContext {
        let backend = try KernelBackend.requested(in: ProcessInfo.processInfo.environment)
        let precision =
            usesBFloat16.map { $0 ? ComputePrecision.bfloat16 : .float32 }
            ?? KernelBackend.fastestPrecision(requested: backend)
        return try ComputeContext(
            precision: precision, threadCount: threadCount, backend: backend)
    }
}
