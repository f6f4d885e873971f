import SystemPackage

/// Why a suite could not run at all.
public enum ConformanceError: Error, CustomStringConvertible {
    case unreadable(path: FilePath, problem: String)
    case wrongLayout(path: FilePath, field: String)
    case noModel

    public var description: String {
        switch self {
        case .unreadable(let path, let problem): "\(path): \(problem)"
        case .wrongLayout(let path, let field): "\(path): \(field) is missing or of another type than expected"
        case .noModel: "this suite needs the model's file: name it with --model"
        }
    }
}
