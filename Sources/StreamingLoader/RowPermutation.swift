/// A keyed shuffle of row numbers, computed on the fly: no index array, no buffer, the same for any number of ranks.
///
/// A four-round Feistel network over the smallest even number of bits that holds `count`, walked until it falls
/// inside (Black and Rogaway 2002, "Ciphers with arbitrary finite domains").
public struct RowPermutation: Sendable, Hashable {
    public let count: Int
    private let halfBits: UInt64
    private let keys: [UInt64]

    /// - Parameter epoch: each epoch has its own order.
    public init(count: Int, seed: UInt64, epoch: Int) {
        precondition(count >= 0)
        self.count = count
        var bits: UInt64 = 2
        while count > 1 << bits { bits += 2 }
        halfBits = bits / 2
        var state = seed &+ UInt64(truncatingIfNeeded: epoch) &* 0xD1B5_4A32_D192_ED03
        keys = (0..<4).map { _ in
            state &+= 0x9E37_79B9_7F4A_7C15
            return Self.mix(state)
        }
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// The row at a place of the shuffled order.
    public subscript(place: Int) -> Int {
        precondition(place >= 0 && place < count)
        let mask = (UInt64(1) << halfBits) - 1
        var value = UInt64(place)
        repeat {
            var left = value >> halfBits
            var right = value & mask
            for key in keys { (left, right) = (right, left ^ (Self.mix(right ^ key) & mask)) }
            value = left << halfBits | right
        } while value >= UInt64(count)
        return Int(value)
    }
}
