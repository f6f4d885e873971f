/// What a suite found.
public struct ConformanceReport: Sendable {
    public private(set) var passedCount = 0
    /// One line or two for each difference.
    public private(set) var failures: [String] = []
    /// What could not be compared here, and why.
    public private(set) var skipped: [String] = []

    public init() {}

    /// Counts a check.
    public mutating func check(_ passed: Bool, _ failure: @autoclosure () -> String) {
        if passed { passedCount += 1 } else { failures.append(failure()) }
    }

    public mutating func skip(_ why: String) { skipped.append(why) }

    public var summary: String { "\(passedCount) passed, \(failures.count) failed" }
}
