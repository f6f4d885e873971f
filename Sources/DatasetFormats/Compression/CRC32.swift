import CZlib

/// The checksum of gzip and of Parquet's pages (polynomial 0x04C11DB7, reflected).
enum CRC32 {
    static func checksum(of bytes: UnsafeRawBufferPointer, continuing checksum: UInt32 = 0) -> UInt32 {
        var checksum = UInt(checksum)
        var position = 0
        while position < bytes.count {
            let count = min(bytes.count - position, 1 << 30)
            let piece = UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
            checksum = crc32(checksum, piece.assumingMemoryBound(to: UInt8.self).baseAddress, UInt32(count))
            position += count
        }
        return UInt32(truncatingIfNeeded: checksum)
    }
}
