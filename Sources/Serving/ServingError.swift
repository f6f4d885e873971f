/// Why a request is not answered.
public enum ServingError: Error, Hashable, CustomStringConvertible {
    /// As many requests wait as may; `retryAfter` is a guess, in seconds.
    case queueFull(limit: Int, retryAfter: Int)
    /// The engine was stopped before the answer was whole.
    case stopped

    public var description: String {
        switch self {
        case .queueFull(let limit, let retryAfter):
            "\(limit) requests are waiting, and no more may; try again in \(retryAfter) s"
        case .stopped: "the model was unloaded before the answer was whole; ask again"
        }
    }
}
