/// What a time, a timestamp or a duration counts.
public enum TimeUnit: Int, Sendable, Hashable {
    case second, millisecond, microsecond, nanosecond

    /// How many of them a second has.
    var perSecond: Int64 {
        switch self {
        case .second: 1
        case .millisecond: 1000
        case .microsecond: 1_000_000
        case .nanosecond: 1_000_000_000
        }
    }
}
