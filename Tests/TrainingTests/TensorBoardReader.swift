/// Reads TensorBoard's event files: written after record_reader.cc and the protocol-buffer encoding, to have a second
/// opinion on what the writer writes.
struct TensorBoardReader {
    struct Event: Equatable {
        var time = 0.0
        var step: UInt64 = 0
        var version: String?
        var scalars: [String: Float] = [:]
    }

    struct Damage: Error { let offset: Int, problem: String }

    private let bytes: [UInt8]
    private var offset = 0

    static func events(_ bytes: [UInt8]) throws -> [Event] {
        var reader = TensorBoardReader(bytes: bytes)
        var events: [Event] = []
        while reader.offset < bytes.count { events.append(try reader.record()) }
        return events
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// CRC-32C, bit by bit.
    private static func masked(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc % 2 == 1 ? (crc / 2) ^ 0x82F6_3B78 : crc / 2 }
        }
        crc = ~crc
        return (crc / 32768 | crc &* 131072) &+ 0xA282_EAD8
    }

    private mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
        guard count <= bytes.count - offset else { throw Damage(offset: offset, problem: "ends here") }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func record() throws -> Event {
        let length = try take(8)
        guard Self.integer(try take(4)) == UInt64(Self.masked(length)) else {
            throw Damage(offset: offset, problem: "the length's checksum is wrong")
        }
        let data = try take(Int(Self.integer(length)))
        guard Self.integer(try take(4)) == UInt64(Self.masked(data)) else {
            throw Damage(offset: offset, problem: "the data's checksum is wrong")
        }
        var event = Event()
        for (field, value) in try Self.fields(data) {
            switch field {
            case 1: event.time = Double(bitPattern: Self.integer(value))
            case 2: event.step = Self.integer(value)
            case 3: event.version = String(decoding: value, as: UTF8.self)
            case 5:
                for (field, value) in try Self.fields(value) where field == 1 {
                    let parts = Dictionary(uniqueKeysWithValues: try Self.fields(value))
                    let tag = String(decoding: parts[1] ?? [], as: UTF8.self)
                    event.scalars[tag] = Float(bitPattern: UInt32(Self.integer(parts[2] ?? [])))
                }
            default: throw Damage(offset: offset, problem: "field \(field) is none of an event's")
            }
        }
        return event
    }

    /// The fields of a message; a varint comes as its value's eight bytes.
    private static func fields(_ message: ArraySlice<UInt8>) throws -> [(UInt64, ArraySlice<UInt8>)] {
        var reader = TensorBoardReader(bytes: Array(message))
        var fields: [(UInt64, ArraySlice<UInt8>)] = []
        while reader.offset < reader.bytes.count {
            let key = try reader.varint()
            switch key & 7 {
            case 0:
                let value = try reader.varint()
                fields.append((key >> 3, (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }[...]))
            case 1: fields.append((key >> 3, try reader.take(8)))
            case 2: fields.append((key >> 3, try reader.take(Int(try reader.varint()))))
            case 5: fields.append((key >> 3, try reader.take(4)))
            default: throw Damage(offset: reader.offset, problem: "wire type \(key & 7)")
            }
        }
        return fields
    }

    private mutating func varint() throws -> UInt64 {
        var value: UInt64 = 0
        for place in 0..<10 {
            let byte = try take(1).reduce(0) { $0 | UInt64($1) }
            value |= (byte & 0x7F) << UInt64(7 * place)
            if byte < 0x80 { return value }
        }
        throw Damage(offset: offset, problem: "a number without end")
    }
}
