/// A way in which a file of columns is not what its format's specification says.
public enum ColumnarDefect: Error, Sendable, Hashable, CustomStringConvertible {
    /// The bytes end before this does.
    case truncated(String)
    /// A number, an offset or a name has a value that it may not have.
    case invalid(String)
    /// It is in the specification, and this reader does not do it.
    case unsupported(String)
    /// Following what the file says would take more memory than the limit.
    case tooLarge(String, limit: Int)
    case wrongChecksum(String)

    public var description: String {
        switch self {
        case .truncated(let what): "the file ends before \(what) does"
        case .invalid(let problem): problem
        case .unsupported(let what): "\(what) cannot be read"
        case .tooLarge(let what, let limit): "\(what) would take more than the limit of \(limit)"
        case .wrongChecksum(let what):
            "the checksum of \(what) is wrong: the bytes were changed since they were written"
        }
    }
}
