/// Scrambling of 64 bits, for choices that only have to look random and be the same every time.
enum Mixing {
    /// The finaliser of Sebastiano Vigna's SplitMix64 (Stafford's thirteenth variant): a bijection.
    static func mix(_ value: UInt64) -> UInt64 {
        var z = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// One number of two, so that neither's neighbours are neighbours.
    static func combine(_ first: UInt64, _ second: UInt64) -> UInt64 {
        mix(mix(first &+ 0x9E37_79B9_7F4A_7C15) ^ second)
    }
}
