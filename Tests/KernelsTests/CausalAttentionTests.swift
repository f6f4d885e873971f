import Foundation
import Testing

@testable import Kernels

@Suite struct CausalAttentionTests {
    struct Case: CustomTestStringConvertible {
        let lengths: [Int], shape: AttentionShape
        var testDescription: String {
            "segments \(lengths), \(shape.headCount)/\(shape.keyValueHeadCount) heads of \(shape.headDimension), "
                + "window \(shape.window ?? 0), cap \(shape.softCap ?? 0), scale \(shape.scale ?? 0)"
        }
        var tokens: Int { lengths.reduce(0, +) }
        var segments: [AttentionSegment] {
            var first = 0
            return lengths.map { length in
                defer { first += length }
                return AttentionSegment(first..<first + length)
            }
        }
    }
    static let cases = [
        Case(lengths: [1], shape: AttentionShape(headCount: 1, keyValueHeadCount: 1, headDimension: 4)),
        Case(lengths: [7, 3, 1], shape: AttentionShape(headCount: 4, keyValueHeadCount: 2, headDimension: 16)),
        Case(lengths: [70, 130], shape: AttentionShape(headCount: 3, keyValueHeadCount: 1, headDimension: 64)),
        Case(lengths: [49], shape: AttentionShape(headCount: 2, keyValueHeadCount: 2, headDimension: 80)),
        Case(
            lengths: [3, 9],
            shape: AttentionShape(
                headCount: 2, keyValueHeadCount: 1, headDimension: 6, scale: 0.7, softCap: 1.5, window: 4)),
        Case(
            lengths: [190, 1, 40],
            shape: AttentionShape(headCount: 2, keyValueHeadCount: 1, headDimension: 20, softCap: 2, window: 70)),
        Case(lengths: [150], shape: AttentionShape(headCount: 1, keyValueHeadCount: 1, headDimension: 8, window: 1)),
    ]

    static func naive(_ q: [Double], _ k: [Double], _ v: [Double], _ c: Case) -> [Double] {
        let s = c.shape
        let d = s.headDimension
        let width = s.headCount * d
        let keyWidth = s.keyValueHeadCount * d
        var output = [Double](repeating: 0, count: q.count)
        for segment in c.segments {
            for t in segment.queries {
                for head in 0..<s.headCount {
                    let keyColumn = head / (s.headCount / s.keyValueHeadCount) * d
                    let first = max(segment.queries.lowerBound, t + 1 - (s.window ?? c.tokens))
                    let seen = Array(first...t)
                    let scores = seen.map { j in
                        let product = (0..<d).reduce(0) {
                            $0 + q[t * width + head * d + $1] * k[j * keyWidth + keyColumn + $1]
                        }
                        let score = product * (s.scale ?? 1 / Double(d).squareRoot())
                        return s.softCap.map { $0 * tanh(score / $0) } ?? score
                    }
                    let top = scores.max() ?? 0
                    let weights = scores.map { exp($0 - top) }
                    let total = weights.reduce(0, +)
                    for (j, weight) in zip(seen, weights) {
                        for i in 0..<d {
                            output[t * width + head * d + i] += weight / total * v[j * keyWidth + keyColumn + i]
                        }
                    }
                }
            }
        }
        return output
    }

    struct Run {
        let q: Tensor, k: Tensor, v: Tensor, output: Tensor, logSums: Tensor
    }

    static func run(_ context: ComputeContext, _ q: [Double], _ k: [Double], _ v: [Double], _ c: Case) -> Run {
        let s = c.shape
        let width = s.headCount * s.headDimension
        let keyWidth = s.keyValueHeadCount * s.headDimension
        let run = Run(
            q: context.tensor(.narrow, c.tokens, width, q), k: context.tensor(.narrow, c.tokens, keyWidth, k),
            v: context.tensor(.narrow, c.tokens, keyWidth, v),
            output: Tensor(.narrow, rows: c.tokens, columns: width, in: context),
            logSums: Tensor(.wide, rows: s.headCount, columns: c.tokens, in: context))
        context.attend(
            queries: run.q, keys: run.k, values: run.v, segments: c.segments, shape: s, into: run.output,
            logSums: run.logSums)
        return run
    }

    static func inputs(_ c: Case) -> (q: [Double], k: [Double], v: [Double], w: [Double]) {
        var random = SeededGenerator(UInt64(c.tokens))
        let width = c.tokens * c.shape.headCount * c.shape.headDimension
        let keyWidth = c.tokens * c.shape.keyValueHeadCount * c.shape.headDimension
        return (
            random.values(width, in: -2...2), random.values(keyWidth, in: -2...2), random.values(keyWidth),
            random.values(width)
        )
    }

    @Test(arguments: contexts, cases)
    func forwardEqualsTheNaiveOne(context: ComputeContext, c: Case) {
        let (q, k, v, _) = Self.inputs(c)
        let run = Self.run(context, q, k, v, c)
        let expected = Self.naive(run.q.doubles(), run.k.doubles(), run.v.doubles(), c)
        expectClose(run.output.doubles(), expected, context.tolerance)
    }

    /// Also where the keys before the window are left out.
    @Test(arguments: contexts, [nil, 90, 3] as [Int?])
    func queriesMaySeeEarlierKeys(context: ComputeContext, window: Int?) {
        let c = Case(
            lengths: [70, 130],
            shape: AttentionShape(headCount: 3, keyValueHeadCount: 1, headDimension: 64, window: window))
        let (q, k, v, _) = Self.inputs(c)
        let whole = Self.run(context, q, k, v, c)
        // The last five queries of the second segment, as when a text goes on from a cache of keys.
        let rows = 195..<200
        let output = Tensor(.narrow, rows: 5, columns: whole.q.columns, in: context)
        let logSums = Tensor(.wide, rows: 3, columns: 5, in: context)
        context.attend(
            queries: whole.q[rows: rows], keys: whole.k, values: whole.v,
            segments: [AttentionSegment(queries: 0..<5, keys: 70..<200)], shape: c.shape, into: output,
            logSums: logSums)
        expectClose(output.doubles(), whole.output[rows: rows].doubles(), context.tolerance)
    }

    static func gradients(_ context: ComputeContext, _ c: Case) -> (q: Tensor, k: Tensor, v: Tensor) {
        let (q, k, v, w) = inputs(c)
        let run = run(context, q, k, v, c)
        let result = (
            q: Tensor(.narrow, rows: c.tokens, columns: run.q.columns, in: context),
            k: Tensor(.narrow, rows: c.tokens, columns: run.k.columns, in: context),
            v: Tensor(.narrow, rows: c.tokens, columns: run.k.columns, in: context)
        )
        context.attendBackward(
            context.tensor(.narrow, c.tokens, run.q.columns, w), output: run.output, logSums: run.logSums,
            queries: run.q, keys: run.k, values: run.v, segments: c.segments, shape: c.shape,
            queryGradient: result.q, keyGradient: result.k, valueGradient: result.v,
            workspace: AttentionWorkspace(tokens: c.tokens, shape: c.shape, in: context))
        return result
    }

    @Test(arguments: [cases[0], cases[1], cases[4]])
    func backwardIsTheGradient(c: Case) throws {
        let context = try exactContext()
        let (q, k, v, w) = Self.inputs(c)
        let gradients = Self.gradients(context, c)
        func loss(_ q: [Double], _ k: [Double], _ v: [Double]) -> Double {
            dot(Self.run(context, q, k, v, c).output.doubles(), w)
        }
        expectGradient(gradients.q.doubles(), at: q) { loss($0, k, v) }
        expectGradient(gradients.k.doubles(), at: k) { loss(q, $0, v) }
        expectGradient(gradients.v.doubles(), at: v) { loss(q, k, $0) }
    }

    @Test(arguments: contexts, cases)
    func everyBackwardAgreesWithDoublePrecision(context: ComputeContext, c: Case) throws {
        let exact = Self.gradients(try exactContext(), c)
        let found = Self.gradients(context, c)
        let tolerance = context.tolerance * 4
        expectClose(found.q.doubles(), exact.q.doubles(), tolerance)
        expectClose(found.k.doubles(), exact.k.doubles(), tolerance)
        expectClose(found.v.doubles(), exact.v.doubles(), tolerance)
    }
}

@Suite struct ComputeContextTests {
    @Test(arguments: KernelBackend.allCases)
    func threadsDoNotChangeBits(backend: KernelBackend) throws {
        guard let one = try? ComputeContext(precision: .float32, threadCount: 1, backend: backend) else {
            return  // This processor has no such kernels; the other backend is still checked.
        }
        let three = try ComputeContext(precision: .float32, threadCount: 3, backend: backend)
        for c in CausalAttentionTests.cases {
            let (a, b) = (CausalAttentionTests.gradients(one, c), CausalAttentionTests.gradients(three, c))
            #expect(a.q.floats() == b.q.floats())
            #expect(a.k.floats() == b.k.floats())
            #expect(a.v.floats() == b.v.floats())
        }
    }

    @Test func backendIsChosenByTheEnvironment() throws {
        #expect(try KernelBackend.requested(in: [:]) == nil)
        #expect(try KernelBackend.requested(in: ["DS_KERNELS": "portable"]) == .portable)
        let error = #expect(throws: KernelsError.self) { try KernelBackend.requested(in: ["DS_KERNELS": "gpu"]) }
        #expect(
            error?.description
                == "DS_KERNELS=gpu names no kernels; use one of avx512, avx2, neon, portable, or leave it unset")
        #expect(throws: KernelsError.unsupported(precision: .bfloat16, backend: .portable)) {
            try ComputeContext(precision: .bfloat16, threadCount: 1, backend: .portable)
        }
        #expect(KernelBackend.fastestPrecision(requested: .portable) == .float32)
    }
}
