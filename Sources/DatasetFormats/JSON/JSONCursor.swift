/// A place in a JSON text, and the grammar's rules for moving on from it. Lives only inside a call that lends
/// the bytes; every access is checked against their count.
struct JSONCursor {
    let bytes: UnsafeBufferPointer<UInt8>
    let maximumDepth: Int
    var position = 0
    /// What is of use again in the next row.
    var memory = JSONRowMemory()

    init(bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    mutating func parseWhole() throws(JSONDefect) -> JSONValue {
        skipSpace()
        let value = try parseValue(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw .trailing }
        return value
    }

    mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    func current() throws(JSONDefect) -> UInt8 {
        guard position < bytes.count else { throw .truncated }
        return bytes[position]
    }

    mutating func expect(_ byte: UInt8, _ wanted: String) throws(JSONDefect) {
        let found = try current()
        guard found == byte else { throw .unexpected(byte: found, wanted: wanted) }
        position += 1
    }

    mutating func parseValue(depth: Int) throws(JSONDefect) -> JSONValue {
        switch try current() {
        case UInt8(ascii: "{"): return .object(try parseObject(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try parseArray(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"):
            try parseWord("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try parseWord("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try parseWord("null")
            return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return .number(try parseNumber())
        case let byte:
            throw .unexpected(byte: byte, wanted: "a value")
        }
    }

    mutating func parseWord(_ word: StaticString) throws(JSONDefect) {
        for index in 0..<word.utf8CodeUnitCount {
            try expect(word.utf8Start[index], "\(word)")
        }
    }

    private mutating func parseArray(depth: Int) throws(JSONDefect) -> [JSONValue] {
        guard depth <= maximumDepth else { throw .tooDeep(limit: maximumDepth) }
        position += 1
        var elements: [JSONValue] = []
        skipSpace()
        if try current() == UInt8(ascii: "]") {
            position += 1
            return elements
        }
        while true {
            skipSpace()
            elements.append(try parseValue(depth: depth))
            skipSpace()
            if try current() == UInt8(ascii: "]") { break }
            try expect(UInt8(ascii: ","), "a comma or ]")
        }
        position += 1
        return elements
    }

    private mutating func parseObject(depth: Int) throws(JSONDefect) -> JSONObject {
        guard depth <= maximumDepth else { throw .tooDeep(limit: maximumDepth) }
        var object = JSONObject()
        position += 1
        skipSpace()
        if try current() == UInt8(ascii: "}") {
            position += 1
            return object
        }
        object.reserve(4)
        repeat { _ = try parseMember(into: &object, depth: depth) } while try moveToNextMember()
        return object
    }

    /// Reads a member whose key is not there yet.
    ///
    /// - Returns: its key, and where its value begins.
    mutating func parseMember(
        into object: inout JSONObject, depth: Int
    ) throws(JSONDefect) -> (key: String, valueStart: Int) {
        let (key, keyStart) = try parseKey()
        let valueStart = position
        guard object.append(unique: key, try parseValue(depth: depth)) else {
            position = keyStart
            throw .duplicateKey(key)
        }
        return (key, valueStart)
    }

    /// Reads a key and the colon after it, and moves to the value.
    private mutating func parseKey() throws(JSONDefect) -> (key: String, start: Int) {
        skipSpace()
        let start = position
        guard try current() == UInt8(ascii: "\"") else {
            throw .unexpected(byte: bytes[position], wanted: "a key")
        }
        let key = try parseString()
        skipSpace()
        try expect(UInt8(ascii: ":"), "a colon")
        skipSpace()
        return (key, start)
    }

    /// Moves past the comma after a member, or past the object's end.
    ///
    /// - Returns: whether another member follows.
    mutating func moveToNextMember() throws(JSONDefect) -> Bool {
        skipSpace()
        if try current() == UInt8(ascii: "}") {
            position += 1
            return false
        }
        try expect(UInt8(ascii: ","), "a comma or }")
        return true
    }

    private mutating func parseNumber() throws(JSONDefect) -> JSONNumber {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let whole = try skipDigits()
        if whole > 1 && bytes[position - whole] == UInt8(ascii: "0") { throw .invalidNumber }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            _ = try skipDigits()
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            _ = try skipDigits()
        }
        return JSONNumber(validated: String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func skipDigits() throws(JSONDefect) -> Int {
        let start = position
        while position < bytes.count, bytes[position] >= UInt8(ascii: "0"), bytes[position] <= UInt8(ascii: "9") {
            position += 1
        }
        guard position > start else { throw position == bytes.count ? .truncated : .invalidNumber }
        return position - start
    }
}
