import ArgumentParser
import Foundation
import Kernels

/// How much of the machine a command uses.
struct ComputeOptions: ParsableArguments {
    @Option(help: "Threads; the result is the same with any number. (one for each processor)") var threads: Int?
    @Flag(help: "Tell at the end how long each kind of operation took, and how fast it was.") var profile = false

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads is 1 or more") }
    }

    var threadCount: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

    /// - Parameters:
    ///   - usesBFloat16: nil for the fastest precision that the processor has.
    ///   - isForAnswers: whether answers are all that is made; then nobody insists on single precision who does not say so.
    func context(usesBFloat16: Bool?, isForAnswers: Bool = false) throws -> ComputeContext {
        let backend = try KernelBackend.requested(in: ProcessInfo.processInfo.environment)
        let precision =
            usesBFloat16.map { $0 ? ComputePrecision.bfloat16 : .float32 }
            ?? KernelBackend.fastestPrecision(requested: backend)
        return try ComputeContext(
            precision: precision, threadCount: threadCount, backend: backend,
            mayRound: isForAnswers && usesBFloat16 == nil, profile: profile ? OperationProfile() : nil)
    }
}
