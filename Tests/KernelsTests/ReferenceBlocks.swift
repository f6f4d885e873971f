@testable import Kernels

/// The block formats once more, written after ggml's `dequantize_row_*` (ggml-quants.c) and in double precision.
struct ReferenceBlocks {
    let bytes: [UInt8]

    func half(_ offset: Int) -> Double {
        let bits = Int(bytes[offset]) | Int(bytes[offset + 1]) << 8
        let exponent = bits >> 10 & 31
        let fraction = Double(bits & 1023)
        let sign = bits >> 15 == 1 ? -1.0 : 1.0
        guard exponent > 0 else { return sign * fraction * 0x1p-24 }
        guard exponent < 31 else { return fraction == 0 ? sign * .infinity : .nan }
        return sign * (1024 + fraction) * Double(sign: .plus, exponent: exponent - 25, significand: 1)
    }

    private func low(_ offset: Int) -> Int { Int(bytes[offset] & 15) }
    private func high(_ offset: Int) -> Int { Int(bytes[offset] >> 4) }
    private func bit(_ number: Int, from offset: Int) -> Int { Int(bytes[offset + number / 8] >> (number % 8) & 1) }

    /// The values of the one block that `bytes` are.
    func values(_ format: WeightFormat) -> [Double] {
        switch format {
        case .float16: return [half(0)]
        case .float32, .bfloat16: preconditionFailure("plain numbers are compared as they are")
        case .q4_0: return nibbles(from: 2).map { Double($0 - 8) * half(0) }
        case .q4_1: return nibbles(from: 4).map { Double($0) * half(0) + half(2) }
        case .q5_0:
            return nibbles(from: 6).enumerated().map { Double($1 + bit($0, from: 2) * 16 - 16) * half(0) }
        case .q5_1:
            return nibbles(from: 8).enumerated().map { Double($1 + bit($0, from: 4) * 16) * half(0) + half(2) }
        case .q8_0: return (0..<32).map { Double(Int8(bitPattern: bytes[2 + $0])) * half(0) }
        case .q4_K: return superblock(low: 16, fifth: nil)
        case .q5_K: return superblock(low: 48, fifth: 16)
        case .q6_K: return sixBits()
        }
    }

    /// Sixteen low halves of bytes, then the sixteen high ones.
    private func nibbles(from offset: Int) -> [Int] {
        (0..<16).map { low(offset + $0) } + (0..<16).map { high(offset + $0) }
    }

    /// ggml's `get_scale_min_k4`.
    private func scaleAndMinimum(_ j: Int) -> (scale: Int, minimum: Int) {
        let q = bytes[4..<16].map { Int($0) }
        guard j >= 4 else { return (q[j] & 63, q[j + 4] & 63) }
        return (q[j + 4] & 0xF | (q[j - 4] >> 6) << 4, q[j + 4] >> 4 | (q[j] >> 6) << 4)
    }

    /// `dequantize_row_q4_K` and `dequantize_row_q5_K`: 64 values at a time share 32 bytes.
    private func superblock(low offset: Int, fifth: Int?) -> [Double] {
        var result: [Double] = []
        for j in 0..<4 {
            for part in 0..<2 {
                let (scale, minimum) = scaleAndMinimum(2 * j + part)
                for l in 0..<32 {
                    let place = offset + 32 * j + l
                    let four = part == 0 ? low(place) : high(place)
                    let mask: UInt8 = (part == 0 ? 1 : 2) << UInt8(2 * j)
                    let five = fifth.map { bytes[$0 + l] & mask != 0 ? 16 : 0 } ?? 0
                    result.append(half(0) * Double(scale) * Double(four + five) - half(2) * Double(minimum))
                }
            }
        }
        return result
    }

    /// `dequantize_row_q6_K`.
    private func sixBits() -> [Double] {
        var result = [Double](repeating: 0, count: 256)
        for n in 0..<2 {
            let (ql, qh, sc) = (64 * n, 128 + 32 * n, 192 + 8 * n)
            for l in 0..<32 {
                let top = Int(bytes[qh + l])
                let quants = [
                    low(ql + l) | (top & 3) << 4, low(ql + l + 32) | (top >> 2 & 3) << 4,
                    high(ql + l) | (top >> 4 & 3) << 4, high(ql + l + 32) | (top >> 6 & 3) << 4,
                ]
                for (k, quant) in quants.enumerated() {
                    let scale = Int8(bitPattern: bytes[sc + l / 16 + 2 * k])
                    result[128 * n + 32 * k + l] = half(208) * Double(scale) * Double(quant - 32)
                }
            }
        }
        return result
    }
}
