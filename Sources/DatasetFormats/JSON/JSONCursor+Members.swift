extension JSONCursor {
    /// Hands out the members of the object that the cursor is at: `body` is called with the cursor at the value, and
    /// must step over it.
    mutating func forEachMember(
        _ body: (inout JSONCursor, StringExtent) throws(JSONDefect) -> Void
    ) throws(JSONDefect) {
        try forEachMember { (cursor, key) throws(JSONDefect) in
            try body(&cursor, key)
        } malformed: {
            $0
        }
    }

    /// The same for a body that throws something else.
    mutating func forEachMember<Failure: Error>(
        _ body: (inout JSONCursor, StringExtent) throws(Failure) -> Void, malformed: (JSONDefect) -> Failure
    ) throws(Failure) {
        do throws(JSONDefect) {
            guard try current() == UInt8(ascii: "{") else { throw .notAnObject }
            position += 1
            skipSpace()
            if try current() == UInt8(ascii: "}") {
                position += 1
                return
            }
        } catch { throw malformed(error) }
        while true {
            let key: StringExtent
            do throws(JSONDefect) {
                skipSpace()
                key = try scanString()
                skipSpace()
                try expect(UInt8(ascii: ":"), "a colon")
                skipSpace()
            } catch { throw malformed(error) }
            try body(&self, key)
            do throws(JSONDefect) {
                skipSpace()
                if try current() == UInt8(ascii: "}") {
                    position += 1
                    return
                }
                try expect(UInt8(ascii: ","), "a comma or }")
            } catch { throw malformed(error) }
        }
    }

    /// Hands out the elements of the list that the cursor is at.
    mutating func forEachElement(_ body: (inout JSONCursor) throws(JSONDefect) -> Void) throws(JSONDefect) {
        try forEachElement { (cursor) throws(JSONDefect) in
            try body(&cursor)
        } malformed: {
            $0
        }
    }

    mutating func forEachElement<Failure: Error>(
        _ body: (inout JSONCursor) throws(Failure) -> Void, malformed: (JSONDefect) -> Failure
    ) throws(Failure) {
        do throws(JSONDefect) {
            position += 1
            skipSpace()
            if try current() == UInt8(ascii: "]") {
                position += 1
                return
            }
        } catch { throw malformed(error) }
        while true {
            skipSpace()
            try body(&self)
            do throws(JSONDefect) {
                skipSpace()
                if try current() == UInt8(ascii: "]") {
                    position += 1
                    return
                }
                try expect(UInt8(ascii: ","), "a comma or ]")
            } catch { throw malformed(error) }
        }
    }
}
