/// What a calendar interval counts.
public enum IntervalKind: Sendable, Hashable {
    case months
    case daysAndMilliseconds
    case monthsDaysAndNanoseconds

    var byteWidth: Int {
        switch self {
        case .months: 4
        case .daysAndMilliseconds: 8
        case .monthsDaysAndNanoseconds: 16
        }
    }
}
