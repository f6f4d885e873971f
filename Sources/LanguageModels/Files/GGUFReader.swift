/// Reads the header of a GGUF file in order, checking every size against the file before anything is allocated.
struct GGUFReader {
    let file: MappedFile
    var offset = 0
    /// What is being read, for errors.
    var place = "header"

    init(file: MappedFile) { self.file = file }

    func malformed(_ problem: String) -> LanguageModelsError {
        .malformed(file: file.path.string, place: place, problem: problem)
    }

    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws(LanguageModelsError) -> Value {
        guard let value = file.integer(at: offset, as: type) else { throw malformed("the file ends here") }
        offset += MemoryLayout<Value>.size
        return value
    }

    /// A count of things that take at least `size` bytes each.
    mutating func count(ofSize size: Int) throws(LanguageModelsError) -> Int {
        let count = try integer(UInt64.self)
        guard count <= UInt64((file.byteCount - offset) / size) else {
            throw malformed("promises \(count) entries, more than the file has room for")
        }
        return Int(count)
    }

    mutating func string() throws(LanguageModelsError) -> String {
        let length = try count(ofSize: 1)
        guard let bytes = file.bytes(at: offset, count: length) else { throw malformed("the file ends here") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw malformed("not valid UTF-8") }
        offset += length
        return text
    }

    /// A value of GGUF's type number `type`; arrays may nest this deep.
    mutating func value(type: UInt32, depth: Int = 4) throws(LanguageModelsError) -> GGUFValue {
        switch type {
        case 0: return .unsigned(UInt64(try integer(UInt8.self)))
        case 1: return .signed(Int64(try integer(Int8.self)))
        case 2: return .unsigned(UInt64(try integer(UInt16.self)))
        case 3: return .signed(Int64(try integer(Int16.self)))
        case 4: return .unsigned(UInt64(try integer(UInt32.self)))
        case 5: return .signed(Int64(try integer(Int32.self)))
        case 6: return .float(Double(Float(bitPattern: try integer(UInt32.self))))
        case 7:
            let byte = try integer(UInt8.self)
            guard byte <= 1 else { throw malformed("a boolean is \(byte)") }
            return .bool(byte == 1)
        case 8: return .string(try string())
        case 9: return try array(depth: depth)
        case 10: return .unsigned(try integer(UInt64.self))
        case 11: return .signed(try integer(Int64.self))
        case 12: return .float(Double(bitPattern: try integer(UInt64.self)))
        default: throw malformed("value type \(type) is none of GGUF's")
        }
    }

    private mutating func array(depth: Int) throws(LanguageModelsError) -> GGUFValue {
        guard depth > 0 else { throw malformed("arrays are nested too deep") }
        let type = try integer(UInt32.self)
        switch type {
        case 8:
            let count = try count(ofSize: 8)
            var strings: [String] = []
            strings.reserveCapacity(count)
            for _ in 0..<count { strings.append(try string()) }
            return .strings(strings)
        case 0...5, 10, 11:
            let count = try count(ofSize: [0: 1, 1: 1, 2: 2, 3: 2, 10: 8, 11: 8][type] ?? 4)
            var integers: [Int] = []
            integers.reserveCapacity(count)
            for _ in 0..<count {
                guard let value = try value(type: type).int else { throw malformed("an integer is out of range") }
                integers.append(value)
            }
            return .integers(integers)
        case 6:
            let count = try count(ofSize: 4)
            var floats: [Float] = []
            floats.reserveCapacity(count)
            for _ in 0..<count { floats.append(Float(bitPattern: try integer(UInt32.self))) }
            return .floats(floats)
        default:
            let count = try count(ofSize: 1)
            var values: [GGUFValue] = []
            for _ in 0..<count { values.append(try value(type: type, depth: depth - 1)) }
            return .array(values)
        }
    }
}
