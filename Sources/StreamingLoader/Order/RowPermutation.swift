/// A keyed shuffle of row numbers, computed on the fly: no index array, no buffer, the same for any number of ranks.
///
/// A four-round Feistel network over the smallest even number of bits that holds `count`, walked until it falls
/// inside (Black and Rogaway 2002, "Ciphers with arbitrary finite domains"). Four rounds are a pseudorandom
/// permutation also for who may ask both ways (Luby and Rackoff 1988).
public struct RowPermutation: Sendable, Hashable {
    public let count: Int
    private let halfBits: UInt64
    private let keys: SIMD4<UInt64>

    /// - Parameter epoch: each epoch has its own order.
    public init(count: Int, seed: UInt64, epoch: Int) {
        precondition(count >= 0)
        self.count = count
        var bits: UInt64 = 2
        while bits < 64, UInt64(count) > 1 << bits { bits += 2 }
        halfBits = bits / 2
        var state = seed &+ UInt64(truncatingIfNeeded: epoch) &* 0xD1B5_4A32_D192_ED03
        var keys = SIMD4<UInt64>()
        for round in 0..<4 {
            state &+= 0x9E37_79B9_7F4A_7C15
            keys[round] = Mixing.mix(state)
        }
        self.keys = keys
    }

    /// The row at a place of the shuffled order.
    public subscript(place: Int) -> Int {
        precondition(place >= 0 && place < count)
        let mask = (UInt64(1) << halfBits) - 1
        var value = UInt64(place)
        repeat {
            var left = value >> halfBits
            var right = value & mask
            for round in 0..<4 { (left, right) = (right, left ^ (Mixing.mix(right ^ keys[round]) & mask)) }
            value = left << halfBits | right
        } while value >= UInt64(count)
        return Int(value)
    }

    /// Where in the shuffled order a row is.
    public func place(of row: Int) -> Int {
        precondition(row >= 0 && row < count)
        let mask = (UInt64(1) << halfBits) - 1
        var value = UInt64(row)
        repeat {
            var left = value >> halfBits
            var right = value & mask
            for round in (0..<4).reversed() { (left, right) = (right ^ (Mixing.mix(left ^ keys[round]) & mask), left) }
            value = left << halfBits | right
        } while value >= UInt64(count)
        return Int(value)
    }
}
