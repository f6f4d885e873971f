/// Reads the JSON of manifests, once and from front to back, so that one that names ten thousand files is no wait.
///
/// It takes what RFC 8259 calls JSON, of values nested at most 512 deep, and refuses everything else.
struct RecordReader {
    private let bytes: [UInt8]
    private let id: ObjectID
    private var position = 0
    private var depth = 0
    /// Whether a value was read in the innermost array or object, so that a comma must follow.
    private var isAfterValue = false

    private static let deepest = 512

    /// - Parameter id: the manifest, to be named in errors.
    init(_ bytes: [UInt8], of id: ObjectID) {
        self.bytes = bytes
        self.id = id
    }

    func malformed(_ problem: String) -> ContentStoreError { .malformedManifest(id: id, problem: problem) }

    /// Says that something else was to stand where the next byte is.
    func unexpected(_ wanted: String) -> ContentStoreError {
        malformed("at byte \(position) there should be \(wanted)")
    }

    // MARK: Values

    /// Reads the next value.
    ///
    /// - Throws: `ContentStoreError.malformedManifest`, as all that follows, where something else stands there.
    mutating func read<Value: RecordReadable>() throws(ContentStoreError) -> Value { try Value(from: &self) }

    /// Moves past the next value, whatever it is.
    mutating func skip() throws(ContentStoreError) { let _: RecordValue = try read() }

    /// Reads the next value, after which only white space may follow.
    mutating func readWhole<Value: RecordReadable>() throws(ContentStoreError) -> Value {
        let value: Value = try read()
        guard peek() == nil else { throw unexpected("its end") }
        return value
    }

    /// A member of an object, which must be there.
    func require<Value>(_ value: Value?, _ key: String) throws(ContentStoreError) -> Value {
        guard let value else { throw malformed("\(key) is missing") }
        return value
    }

    /// The next byte that is no white space; nil at the end.
    mutating func peek() -> UInt8? {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            case let byte: return byte
            }
        }
        return nil
    }

    /// Moves past a word, if it is the next.
    mutating func take(_ word: StaticString) -> Bool {
        guard peek() != nil, bytes.count - position >= word.utf8CodeUnitCount else { return false }
        for index in 0..<word.utf8CodeUnitCount where bytes[position + index] != word.utf8Start[index] { return false }
        position += word.utf8CodeUnitCount
        isAfterValue = true
        return true
    }

    // MARK: Arrays and objects

    /// Begins an object, whose members `nextKey` then names one after another.
    mutating func beginObject() throws(ContentStoreError) { try begin(UInt8(ascii: "{"), "an object") }

    /// Begins an array, whose elements are read as long as `nextElement` says that there is one.
    mutating func beginArray() throws(ContentStoreError) { try begin(UInt8(ascii: "["), "a list") }

    private mutating func begin(_ bracket: UInt8, _ what: String) throws(ContentStoreError) {
        guard peek() == bracket else { throw unexpected(what) }
        guard depth < Self.deepest else { throw malformed("is nested more than \(Self.deepest) levels deep") }
        depth += 1
        position += 1
        isAfterValue = false
    }

    /// The key of the object's next member, whose value must then be read; nil at the object's end.
    mutating func nextKey() throws(ContentStoreError) -> String? {
        guard try !ends(with: UInt8(ascii: "}")) else { return nil }
        let key = try readString()
        guard peek() == UInt8(ascii: ":") else { throw unexpected("a colon") }
        position += 1
        return key
    }

    /// Whether the array has one more element, which must then be read.
    mutating func nextElement() throws(ContentStoreError) -> Bool { try !ends(with: UInt8(ascii: "]")) }

    private mutating func ends(with bracket: UInt8) throws(ContentStoreError) -> Bool {
        let byte = peek()
        if byte == bracket {
            depth -= 1
            position += 1
            isAfterValue = true
            return true
        }
        guard isAfterValue else { return false }
        guard byte == UInt8(ascii: ",") else { throw unexpected("a comma") }
        position += 1
        isAfterValue = false
        // After a comma there is one more.
        guard peek() != bracket else { throw unexpected("a value") }
        return false
    }

    // MARK: Numbers

    /// The next number as it is written.
    mutating func readNumber() throws(ContentStoreError) -> Substring {
        _ = peek()
        let start = position
        if next() == UInt8(ascii: "-") { position += 1 }
        if next() == UInt8(ascii: "0") { position += 1 } else { try skipDigits() }
        if next() == UInt8(ascii: ".") {
            position += 1
            try skipDigits()
        }
        if let byte = next(), byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            if let sign = next(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            try skipDigits()
        }
        isAfterValue = true
        return Substring(decoding: bytes[start..<position], as: UTF8.self)
    }

    private func next() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipDigits() throws(ContentStoreError) {
        let start = position
        while let byte = next(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw unexpected("a number") }
    }

    // MARK: Strings

    mutating func readString() throws(ContentStoreError) -> String {
        guard peek() == UInt8(ascii: "\"") else { throw unexpected("a string") }
        position += 1
        var start = position
        // What stands before `start`, as soon as there was an escape.
        var unescaped: [UInt8] = []
        // The bits that any byte has: ASCII is UTF-8 as it is.
        var bits: UInt8 = 0
        while let byte = next() {
            switch byte {
            case UInt8(ascii: "\""):
                let rest = bytes[start..<position]
                position += 1
                isAfterValue = true
                if unescaped.isEmpty, bits < 0x80 { return String(decoding: rest, as: UTF8.self) }
                guard let text = String(validating: unescaped.isEmpty ? rest : (unescaped + rest)[...], as: UTF8.self)
                else { throw malformed("the string that ends with byte \(position) is not valid UTF-8") }
                return text
            case UInt8(ascii: "\\"):
                unescaped += bytes[start..<position]
                position += 1
                unescaped += try readEscape()
                start = position
            case ..<0x20: throw unexpected("a string's next letter")
            default:
                bits |= byte
                position += 1
            }
        }
        throw unexpected("a quote")
    }

    /// What an escape stands for, in UTF-8; the backslash was read.
    private mutating func readEscape() throws(ContentStoreError) -> [UInt8] {
        guard let byte = next() else { throw unexpected("an escape") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): break
        default: throw unexpected("an escape")
        }
        var value = try readHexadecimal()
        if (0xD800..<0xDC00).contains(value), bytes[position...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) {
            position += 2
            let low = try readHexadecimal()
            guard (0xDC00..<0xE000).contains(low) else { throw unexpected("the other half of a pair") }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw unexpected("a whole pair") }
        return Array(String(scalar).utf8)
    }

    private mutating func readHexadecimal() throws(ContentStoreError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw unexpected("a hexadecimal digit")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
