import Testing

@testable import Training

@Suite struct MaskedCRCTests {
    /// RFC 3720, appendix B.4, and the check value of the CRC catalogues.
    @Test(
        arguments: [
            (Array("123456789".utf8), 0xE306_9283), ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
            ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43), (Array(0..<32), 0x46DD_794E),
            (Array((0..<32).reversed()), 0x113F_DB5C), ([], 0),
        ] as [([UInt8], UInt32)])
    func checksumsAreCastagnolis(bytes: [UInt8], expected: UInt32) {
        #expect(MaskedCRC.crc32c(bytes) == expected)
    }

    @Test func theMaskTurnsAndAdds() {
        // (0xE3069283 >> 15 | 0xE3069283 << 17) + 0xA282EAD8, by hand.
        #expect(MaskedCRC.masked(Array("123456789".utf8)) == 0xC78A_B0E5)
        #expect(MaskedCRC.masked([UInt8]()) == 0xA282_EAD8)
    }
}
