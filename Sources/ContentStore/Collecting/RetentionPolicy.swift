/// Which versions of a name are kept when objects are collected. The current version and those with a tag always are.
public struct RetentionPolicy: Sendable, Hashable {
    /// Keeps the newest so many versions; nil where their number does not count.
    public var versions: Int?
    /// Keeps versions that were made in the last so many days; nil where their age does not count.
    public var days: Int?
    /// Gives up all that can be made again, such as tokens.
    public var dropsDerived: Bool

    /// Where both are given, a version is kept that either keeps; where neither is, all are.
    public init(versions: Int? = nil, days: Int? = nil, dropsDerived: Bool = false) {
        self.versions = versions
        self.days = days
        self.dropsDerived = dropsDerived
    }

    public var keepsAll: Bool { versions == nil && days == nil }

    /// The numbers of the versions that are given up.
    ///
    /// - Parameter now: seconds since 1970. A version from the future is young.
    func dropped(of reference: Reference, now: Int) -> [Int] {
        guard !keepsAll else { return [] }
        let kept = reference.keptVersions
        let newest = Set(kept.suffix(max(1, versions ?? 1)).map(\.number))
        return kept.filter { version in
            guard version != reference.current, version.tags.isEmpty else { return false }
            if versions != nil, newest.contains(version.number) { return false }
            if let days, now.subtractingReportingOverflow(version.time).partialValue / 86_400 < days { return false }
            return true
        }.map(\.number)
    }
}
