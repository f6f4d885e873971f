import CKernels

/// A family of kernels. One is chosen at start from what the processor can do; the environment variable
/// `DS_KERNELS` overrides the choice, so that every path can be tried on one machine.
public enum KernelBackend: String, Sendable, Hashable, CaseIterable {
    /// Our own kernels for processors with AVX-512 (and AVX512_BF16 for bfloat16).
    case avx512
    /// Our own kernels for processors with AVX2 and FMA, in single precision.
    case avx2
    /// Our own kernels for 64-bit Arm, in single precision.
    case neon
    /// Plain vector code, and OpenBLAS for the large products.
    case portable

    public static let environmentVariable = "DS_KERNELS"

    /// The backend the environment asks for, or nil where it leaves the choice to us.
    ///
    /// - Throws: `KernelsError.unknownBackend` for a name that is none.
    public static func requested(in environment: [String: String]) throws(KernelsError) -> KernelBackend? {
        guard let name = environment[environmentVariable], !name.isEmpty else { return nil }
        guard let backend = KernelBackend(rawValue: name) else {
            throw .unknownBackend(name: name, variable: environmentVariable)
        }
        return backend
    }

    /// The fastest precision that this processor has hardware for: bfloat16, else single.
    public static func fastestPrecision(requested: KernelBackend?) -> ComputePrecision {
        [nil, .avx512].contains(requested) && ds_kernels_bfloat16_avx512() != nil ? .bfloat16 : .float32
    }

    static func table(
        for precision: ComputePrecision, requested: KernelBackend?
    ) throws(KernelsError) -> UnsafePointer<ds_kernels> {
        let found: UnsafePointer<ds_kernels>? =
            switch (precision, requested) {
            case (.float64, _): ds_kernels_float64()
            case (.float32, .avx512): ds_kernels_float32_avx512()
            case (.float32, .avx2): ds_kernels_float32_avx2()
            case (.float32, .neon): ds_kernels_float32_neon()
            case (.float32, .portable): ds_kernels_float32_portable()
            case (.float32, nil):
                ds_kernels_float32_avx512() ?? ds_kernels_float32_avx2() ?? ds_kernels_float32_neon()
                    ?? ds_kernels_float32_portable()
            case (.bfloat16, nil), (.bfloat16, .avx512): ds_kernels_bfloat16_avx512()
            case (.bfloat16, _): nil
            }
        if let found { return found }
        throw .unsupported(precision: precision, backend: requested ?? .avx512)
    }
}
