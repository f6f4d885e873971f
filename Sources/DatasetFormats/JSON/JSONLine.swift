/// One object of numbers as compact JSON, with a line's end, written into memory that is kept from line to line.
///
/// It is for what is written again and again: a `JSONValue` is made of pieces that are each allocated.
public struct JSONLine: Sendable {
    private var stream = ByteStream(bytes: [])

    /// - Parameter capacity: bytes that there is room for from the start.
    public init(capacity: Int = 0) { stream.bytes.reserveCapacity(capacity) }

    public var bytes: [UInt8] { stream.bytes }

    /// Begins the next line.
    public mutating func begin() {
        stream.bytes.removeAll(keepingCapacity: true)
        stream.bytes.append(UInt8(ascii: "{"))
    }

    public mutating func add(_ name: String, _ value: Int) {
        addName(name)
        stream.bytes.appendDigits(of: value)
    }

    /// A number in its shortest form that reads back as the same value; `null` for infinities and NaN, which JSON cannot
    /// write.
    public mutating func add(_ name: String, _ value: Double) {
        addName(name)
        guard value.isFinite else {
            stream.bytes.append(contentsOf: "null".utf8)
            return
        }
        value.write(to: &stream)
    }

    public mutating func end() {
        stream.bytes.append(UInt8(ascii: "}"))
        stream.bytes.append(0x0A)
    }

    private mutating func addName(_ name: String) {
        if stream.bytes.count > 1 { stream.bytes.append(UInt8(ascii: ",")) }
        JSONWriter.writeString(name, to: &stream.bytes)
        stream.bytes.append(UInt8(ascii: ":"))
    }
}

extension [UInt8] {
    fileprivate mutating func appendDigits(of value: Int) {
        if value < 0 { append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        var unit: UInt = 1
        while rest / unit >= 10 { unit *= 10 }
        while unit > 0 {
            append(UInt8(ascii: "0") + UInt8(rest / unit))
            rest %= unit
            unit /= 10
        }
    }
}

/// What a floating-point number is written into.
private struct ByteStream: TextOutputStream {
    var bytes: [UInt8]

    mutating func write(_ string: String) { bytes.append(contentsOf: string.utf8) }

    /// The way that numbers take: a string of more than 15 digits would be allocated.
    mutating func _writeASCII(_ buffer: UnsafeBufferPointer<UInt8>) {
        bytes.append(contentsOf: buffer)
    }
}
