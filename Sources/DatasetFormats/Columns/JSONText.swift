/// JSON text that is being written, a row after another. What would make a row longer than the limit is left out,
/// and `isFull` says so.
public struct JSONText: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    public private(set) var count = 0
    public let style: JSONTextStyle
    /// Where the row that is being written must end.
    private var end: Int
    private let maximumRowBytes: Int
    public private(set) var isFull = false

    public init(style: JSONTextStyle, maximumRowBytes: Int = JSONLimits.standard.maximumRowBytes) {
        self.style = style
        self.maximumRowBytes = maximumRowBytes
        end = maximumRowBytes
        capacity = 1 << 16
        base = .allocate(capacity: capacity)
    }

    deinit { base.deallocate() }

    /// What was written, to read inside of `body` only.
    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    public var bytes: [UInt8] { Array(UnsafeBufferPointer(start: base, count: count)) }

    public mutating func removeAll() {
        count = 0
        end = maximumRowBytes
        isFull = false
    }

    /// Says that a row begins here.
    mutating func beginRow() { end = count + maximumRowBytes }

    /// Appends a line feed, which counts to no row.
    mutating func endLine() {
        end += 1
        append(0x0A)
    }

    @inline(__always)
    mutating func reserve(_ more: Int) -> Bool {
        if more <= capacity &- count { return !isFull }
        return grow(by: more)
    }

    @inline(never)
    private mutating func grow(by more: Int) -> Bool {
        guard !isFull, more <= end - count else {
            isFull = true
            return false
        }
        let larger = max(2 * capacity, count + more)
        let fresh = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        fresh.update(from: base, count: count)
        base.deallocate()
        base = fresh
        capacity = larger
        return true
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        guard reserve(1) else { return }
        base[count] = byte
        count &+= 1
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress, reserve(bytes.count) else { return }
        (base + count).update(from: start, count: bytes.count)
        count &+= bytes.count
    }

    mutating func append(text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    mutating func append(integer value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        append(integer: value.magnitude)
    }

    mutating func append(integer value: UInt64) {
        guard reserve(20) else { return }
        var rest = value
        var digits = 1
        var bound: UInt64 = 10
        while digits < 20, rest >= bound {
            digits &+= 1
            let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
            if overflow { break }
            bound = next
        }
        var place = count &+ digits
        count = place
        repeat {
            place &-= 1
            base[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
    }

    /// Appends text with its quotes; the bytes must be UTF-8.
    mutating func append(quoted bytes: UnsafeBufferPointer<UInt8>) {
        guard reserve(bytes.count &+ 2) else { return }
        base[count] = UInt8(ascii: "\"")
        count &+= 1
        var rest = UnsafeRawBufferPointer(bytes)
        while true {
            // There is room for the rest as it is, and for the quote after it.
            let copied = JSONEscape.copyUnescaped(rest, to: base + count)
            count &+= copied
            guard copied < rest.count else { break }
            append(escapeOf: rest[copied])
            rest = UnsafeRawBufferPointer(rebasing: rest[(copied &+ 1)...])
            guard reserve(rest.count &+ 1) else { return }
        }
        base[count] = UInt8(ascii: "\"")
        count &+= 1
    }

    mutating func append(quoted text: String) {
        var text = text
        text.withUTF8 { append(quoted: $0) }
    }

    private mutating func append(escapeOf byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append(#"\""#)
        case UInt8(ascii: "\\"): append(#"\\"#)
        case 0x08: append(#"\b"#)
        case 0x0C: append(#"\f"#)
        case 0x0A: append(#"\n"#)
        case 0x0D: append(#"\r"#)
        case 0x09: append(#"\t"#)
        default:
            append(#"\u00"#)
            append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
            let low = byte & 0x0F
            append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
        }
    }
}
