import Testing

@testable import Kernels

/// A small generator with a seed, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func values(_ count: Int, in range: ClosedRange<Double> = -1...1) -> [Double] {
        (0..<count).map { _ in Double.random(in: range, using: &self) }
    }
}

/// Every context this processor can run: precision, backend and threads.
let contexts: [ComputeContext] = contexts(mayRound: false)

/// Those, and where there are kernels that round few rows, these too.
let fewRowsContexts: [ComputeContext] = contexts + contexts(mayRound: true).filter(\.roundsFewRows)

private func contexts(mayRound: Bool) -> [ComputeContext] {
    var found: [ComputeContext] = []
    for precision in ComputePrecision.allCases {
        // Double precision is the same whatever is asked for.
        for backend in precision == .float64 ? [.portable] : KernelBackend.allCases {
            for threads in [1, 2] {
                // No processor has all of them; that is no failure of the kernels.
                guard
                    let context = try? ComputeContext(
                        precision: precision, threadCount: threads, backend: backend, mayRound: mayRound)
                else { continue }
                found.append(context)
            }
        }
    }
    return found
}

extension ComputeContext: CustomTestStringConvertible {
    public var testDescription: String { "\(kernelName), \(threadCount) threads" }

    /// How far a result may be from the exact one, relative to the size of its terms.
    var tolerance: Double {
        switch precision {
        case .float64: 1e-12
        case .float32: 2e-5
        case .bfloat16: 2e-2
        }
    }

    func tensor(_ element: Tensor.Element, _ rows: Int, _ columns: Int, _ values: [Double]) -> Tensor {
        let wide = Tensor(.wide, rows: rows, columns: columns, in: self)
        wide.assign(values)
        guard element == .narrow else { return wide }
        let result = Tensor(.narrow, rows: rows, columns: columns, in: self)
        narrow(wide, into: result)
        return result
    }
}

func expectClose(
    _ found: [Double], _ expected: [Double], _ tolerance: Double, sourceLocation: SourceLocation = #_sourceLocation
) {
    guard found.count == expected.count else {
        Issue.record("\(found.count) values instead of \(expected.count)", sourceLocation: sourceLocation)
        return
    }
    for (index, (f, e)) in zip(found, expected).enumerated() where !(abs(f - e) <= tolerance * max(1, abs(e))) {
        Issue.record("value \(index) is \(f) instead of \(e)", sourceLocation: sourceLocation)
        return
    }
}

/// Compares an analytic gradient with central differences of `loss`, one value at a time.
func expectGradient(
    _ gradient: [Double], at values: [Double], tolerance: Double = 1e-6,
    sourceLocation: SourceLocation = #_sourceLocation, loss: ([Double]) -> Double
) {
    let step = 1e-5
    for index in values.indices {
        var moved = values
        moved[index] = values[index] + step
        let above = loss(moved)
        moved[index] = values[index] - step
        let numeric = (above - loss(moved)) / (2 * step)
        if abs(numeric - gradient[index]) > tolerance * max(1, abs(numeric)) {
            Issue.record(
                "gradient \(index) is \(gradient[index]), differences give \(numeric)", sourceLocation: sourceLocation)
            return
        }
    }
}

/// A context for checking gradients.
func exactContext() throws -> ComputeContext { try ComputeContext(precision: .float64, threadCount: 2) }

func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
