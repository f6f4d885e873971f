extension JSONCursor {
    /// Reads a row, which is all of the text, in place of one that nobody wants any more: where their keys are the same,
    /// each value takes the place of the one before, which is freed just then.
    ///
    /// - Parameter row: of no use after an error.
    mutating func parseRow(insteadOf row: inout JSONObject) throws(JSONDefect) {
        skipSpace()
        guard try current() == UInt8(ascii: "{") else {
            _ = try parseWhole()
            position = 0
            throw .notAnObject
        }
        guard maximumDepth > 0 else { throw .tooDeep(limit: maximumDepth) }
        try parseMembers(insteadOf: &row)
        skipSpace()
        guard position == bytes.count else { throw .trailing }
    }

    // Objects inside of a row are not compared: there may be many, and each may be unlike the one before.
    private mutating func parseMembers(insteadOf row: inout JSONObject) throws(JSONDefect) {
        let knownCount = try parseKnownMembers(insteadOf: &row)
        row.removeMembers(from: knownCount)
        var leadStart = position
        if knownCount == 0 {
            position += 1
            skipSpace()
            if try current() == UInt8(ascii: "}") {
                position += 1
                return
            }
            row.reserve(4)
        } else if try !moveToNextMember() {
            return
        }
        repeat {
            let (key, valueStart) = try parseMember(into: &row, depth: 1)
            let lead = UnsafeBufferPointer(rebasing: bytes[leadStart..<valueStart])
            memory.keys?.keep(key, lead: lead, at: row.count - 1)
            leadStart = position
        } while try moveToNextMember()
    }

    /// Reads the members that begin as those of the row before, from the row's bracket to past the last such value.
    ///
    /// - Returns: how many they are.
    private mutating func parseKnownMembers(insteadOf row: inout JSONObject) throws(JSONDefect) -> Int {
        var count = 0
        while let key = memory.keys?.key(count, in: bytes, &position) {
            if row.isEmpty { row.reserve(memory.keys?.likelyCount ?? 0) }
            skipSpace()
            row.freeValue(at: count)
            row.put(known: key, try parseValue(depth: 1), at: count)
            count += 1
        }
        return count
    }
}
