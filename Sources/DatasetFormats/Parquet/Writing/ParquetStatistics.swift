/// The least and the greatest value of a column chunk, and how many are null.
struct ParquetStatistics {
    private let order: ParquetLeafType.Order
    private(set) var nullCount = 0
    // Kept for good once there is one, so that a value that takes its place takes its memory too.
    private var least: [UInt8] = []
    private var greatest: [UInt8] = []
    private var hasBounds = false
    /// Whether values came whose bounds would be too long to keep.
    private var isUnbounded = false

    private static let maximumLength = 256

    init(order: ParquetLeafType.Order) { self.order = order }

    mutating func addNull() { nullCount += 1 }

    mutating func add(_ value: UnsafeBufferPointer<UInt8>) {
        if isUnbounded { return }
        switch order {
        case .none: return
        case .bytes:
            guard value.count <= Self.maximumLength else {
                isUnbounded = true
                hasBounds = false
                return
            }
        case .floating where isNaN(value): return
        case .floating, .signed, .unsigned: break
        }
        if !hasBounds {
            hasBounds = true
            least = Array(value)
            greatest = Array(value)
        } else if least.withUnsafeBufferPointer({ isLess(value, $0) }) {
            least.replaceSubrange(0..., with: value)
        } else if greatest.withUnsafeBufferPointer({ isLess($0, value) }) {
            greatest.replaceSubrange(0..., with: value)
        }
    }

    /// The bounds as the format has them: a zero bound of floating-point numbers takes in both zeros.
    var bounds: (least: [UInt8], greatest: [UInt8])? {
        guard hasBounds else { return nil }
        var (least, greatest) = (least, greatest)
        if case .floating = order {
            if isZero(least) { least[least.count - 1] = 0x80 }
            if isZero(greatest) { greatest[greatest.count - 1] = 0 }
        }
        return (least, greatest)
    }

    private func isZero(_ bytes: [UInt8]) -> Bool {
        bytes.dropLast().allSatisfy { $0 == 0 } && bytes[bytes.count - 1] & 0x7F == 0
    }

    private func isNaN(_ value: UnsafeBufferPointer<UInt8>) -> Bool { floating(value).isNaN }

    private func floating(_ value: UnsafeBufferPointer<UInt8>) -> Double {
        let raw = UnsafeRawBufferPointer(value)
        return value.count == 4 ? Double(raw.loadUnaligned(as: Float.self)) : raw.loadUnaligned(as: Double.self)
    }

    private func isLess(_ first: UnsafeBufferPointer<UInt8>, _ second: UnsafeBufferPointer<UInt8>) -> Bool {
        switch order {
        case .floating: return floating(first) < floating(second)
        case .signed: return signed(first) < signed(second)
        case .unsigned: return UInt64(bitPattern: signed(first)) < UInt64(bitPattern: signed(second))
        case .bytes: return first.lexicographicallyPrecedes(second)
        case .none: return false
        }
    }

    private func signed(_ value: UnsafeBufferPointer<UInt8>) -> Int64 {
        let raw = UnsafeRawBufferPointer(value)
        switch value.count {
        case 1: return Int64(raw[0])
        case 4:
            return order == .unsigned
                ? Int64(raw.loadUnaligned(as: UInt32.self)) : Int64(raw.loadUnaligned(as: Int32.self))
        default: return raw.loadUnaligned(as: Int64.self)
        }
    }
}
