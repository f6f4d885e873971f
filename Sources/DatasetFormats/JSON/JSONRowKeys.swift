#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The keys of the row before, each with its lead: all that is written from the value before, or from the row's bracket,
/// to its value. A row that is written with the same leads has the same keys, and they need not be read again.
struct JSONRowKeys: Sendable {
    /// One after another.
    private var leads: [UInt8] = []
    /// No key is there twice.
    private var members: [(leadEnd: Int, key: String)] = []

    /// More members than this are not made room for: the rows that follow a long one may be short.
    private static let mostExpected = 64

    /// Members that the next row may well have.
    var likelyCount: Int { min(members.count, Self.mostExpected) }

    /// The key of a member, where its lead is as in the row before.
    ///
    /// - Parameters:
    ///   - index: of the member; those before were all found here.
    ///   - position: where the lead begins; moved past it where it is the same.
    @inline(__always)
    func key(_ index: Int, in bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> String? {
        guard index < members.count, let base = bytes.baseAddress else { return nil }
        let lead = (index == 0 ? 0 : members[index - 1].leadEnd)..<members[index].leadEnd
        guard lead.count <= bytes.count - position else { return nil }
        let isSame = leads.withUnsafeBufferPointer { leads in
            guard let known = leads.baseAddress else { return false }
            return memcmp(known + lead.lowerBound, base + position, lead.count) == 0
        }
        guard isSame else { return nil }
        position += lead.count
        return members[index].key
    }

    /// Remembers a member in place of the one at its index and all after it.
    ///
    /// - Parameter key: not one of those before.
    mutating func keep(_ key: String, lead: UnsafeBufferPointer<UInt8>, at index: Int) {
        members.removeLast(members.count - index)
        leads.removeLast(leads.count - (members.last?.leadEnd ?? 0))
        leads.append(contentsOf: lead)
        members.append((leads.count, key))
    }
}
