/// What can go wrong in choosing kernels. Shapes are the caller's invariants and are checked by preconditions.
public enum KernelsError: Error, Hashable, CustomStringConvertible {
    /// The environment variable that overrides the choice holds something unknown.
    case unknownBackend(name: String, variable: String)
    /// The processor lacks what the asked-for kernels need.
    case unsupported(precision: ComputePrecision, backend: KernelBackend)
    /// The portable kernels need OpenBLAS, which is not installed.
    case noLinearAlgebra

    public var description: String {
        switch self {
        case .unknownBackend(let name, let variable):
            let known = KernelBackend.allCases.map(\.rawValue).joined(separator: ", ")
            return "\(variable)=\(name) names no kernels; use one of \(known), or leave it unset"
        case .unsupported(let precision, let backend):
            return "this processor has no \(precision.rawValue) kernels of kind \(backend.rawValue);"
                + " use --precision float32, or unset \(KernelBackend.environmentVariable)"
        case .noLinearAlgebra:
            return "libopenblas.so.0 is not installed, and this processor needs it; on Debian: apt install libopenblas0"
        }
    }

    /// Choices of the person who runs the program; what is not installed is the machine's fault.
    public var isWrongUse: Bool { self != .noLinearAlgebra }
    public var isMachineFailure: Bool { self == .noLinearAlgebra }
}
